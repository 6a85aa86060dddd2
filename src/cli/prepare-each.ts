import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { asDatasetError, type DatasetError } from '../errors.js';

/** How a run over several data sets ended; data sets by their names. */
export interface Outcome {
  prepared: string[];
  failed: { dataset: string; error: DatasetError }[];
  /** Those that came behind a failure that ended the run. */
  untried: string[];
}

/** Exit codes of what is wrong with one data set's archives or their mirrors, and may be right with the next one's. */
const ONE_DATASETS_OWN: readonly number[] = [3, 4];

/**
 * Prepares one data set after the other. A failure of the network or of an archive concerns its own data set, and the next
 * one is tried; any other, such as an option that cannot be, a full disk or an interruption, ends the run.
 *
 * @param onFailure is told of each failure when it happens
 */
export async function prepareEach(
  definitions: readonly DatasetDefinition[],
  prepare: (definition: DatasetDefinition) => Promise<void>,
  onFailure: (error: DatasetError, dataset: string) => void,
): Promise<Outcome> {
  const outcome: Outcome = { prepared: [], failed: [], untried: [] };
  for (const [at, definition] of definitions.entries()) {
    const dataset = datasetId(definition);
    try {
      await prepare(definition);
      outcome.prepared.push(dataset);
    } catch (thrown) {
      const error = asDatasetError(thrown);
      onFailure(error, dataset);
      outcome.failed.push({ dataset, error });
      if (ONE_DATASETS_OWN.includes(error.exitCode)) continue;
      outcome.untried = definitions.slice(at + 1).map(datasetId);
      break;
    }
  }
  return outcome;
}
