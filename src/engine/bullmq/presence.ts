import type { Redis } from 'ioredis';
import type { EngineEvent } from '../dispatcher.js';

/**
 * Watches whether Redis is there, and says so once when it goes and once when it is back.
 *
 * @param onBack is told when it is back, perhaps without what it held
 */
export function watchPresence(
  client: Redis,
  engine: string,
  { onEvent, onBack = () => {} }: { onEvent: (event: EngineEvent) => void; onBack?: () => void },
): void {
  let state: 'there' | 'gone' = 'there';
  let message: string | undefined;
  client.on('error', (error: Error) => {
    message = error.message;
  });
  client.on('reconnecting', () => {
    if (state === 'gone') return;
    state = 'gone';
    onEvent({ event: 'engine', state, engine, message });
  });
  client.on('ready', () => {
    if (state === 'there') return;
    state = 'there';
    message = undefined;
    onEvent({ event: 'engine', state: 'back', engine });
    onBack();
  });
}
