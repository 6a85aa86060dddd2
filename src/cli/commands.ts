import type { CliCommand } from './command.js';

/** A command as the list of all has it: its module is imported where it is asked for, which spares the others' time to load. */
export interface ListedCommand {
  name: string;
  description: string;
  load(): Promise<CliCommand>;
}

/** The commands of `idx-shards`, in the order in which they are listed. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'prepare',
    description:
      'Prepares MNIST and its like as TensorFlow Datasets does: the same files, byte for byte, without Python.',
    load: async () => (await import('./prepare.js')).prepareCommand,
  },
  {
    name: 'worker',
    description:
      'Takes part in preparing data sets on many machines: does the tasks that prepare --engine gives.',
    load: async () => (await import('./worker.js')).workerCommand,
  },
  {
    name: 'shard',
    description:
      'Does a part of the work of prepare, where many machines share it: for Slurm, Kubernetes and their like.',
    load: async () => (await import('./shard.js')).shardCommand,
  },
  {
    name: 'define',
    description:
      'Writes the definition of your own IDX, NPY or NPZ files: their sizes, checksums, rows and classes.',
    load: async () => (await import('./define.js')).defineCommand,
  },
  {
    name: 'verify',
    description: 'Checks that a prepared data set is whole and right.',
    load: async () => (await import('./verify.js')).verifyCommand,
  },
  {
    name: 'regenerate',
    description: 'Prepares data sets again, and compares every file with the checksums of a lock file.',
    load: async () => (await import('./regenerate.js')).regenerateCommand,
  },
  {
    name: 'catalog',
    description:
      'Writes the catalog pages of a prepared data set: what it is, its figure, its examples, its statistics.',
    load: async () => (await import('./catalog.js')).catalogCommand,
  },
  {
    name: 'show',
    description:
      "Shows examples of a prepared data set, as TFDS's show_examples does: in the terminal, or as a picture.",
    load: async () => (await import('./show.js')).showCommand,
  },
  {
    name: 'explore',
    description: 'Serves the explorer of a data set to this machine.',
    load: async () => (await import('./explore.js')).exploreCommand,
  },
];
