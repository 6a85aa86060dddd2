import { PASSWORD_VARIABLE, type RedisAddress, redisAddress } from '../engine/bullmq/address.js';

/**
 * The Redis that `--engine` names. A password in it is taken out of what the system shows of this process: from here on `ps` has
 * the name of the command alone.
 *
 * @param command its name
 * @throws {DatasetError} `USAGE`
 */
export function engineOf(url: string, command: string): RedisAddress {
  const address = redisAddress(url, process.env[PASSWORD_VARIABLE]);
  if (address.password !== undefined) process.title = `idx-shards ${command}`;
  return address;
}

/** What `--help` says of the variable. */
export const PASSWORD_HELP = `${PASSWORD_VARIABLE} (that of Redis, where its URL has none)`;

/** What BullMQ still waits for keeps no process that has nothing to do: a Redis that is gone may stay so. In ms. */
const LINGERING = 500;

/** Has the process end soon, with the exit code that it has by then, where something keeps it. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGERING).unref();
}
