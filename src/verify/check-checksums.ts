import { join } from 'node:path';
import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import type { DatasetDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import { type Findings, UNCHECKED } from './findings.js';

/** Compares every file that is there with its checksum. */
export async function checkChecksums(
  { access, files, checksums }: DatasetDirectory,
  { deep }: { deep?: boolean | undefined },
  findings: Findings,
): Promise<void> {
  if (!files.has(CHECKSUMS_FILE)) {
    const others = deep === true ? '' : '; with --deep their content is checked by what else is known';
    findings.skip(UNCHECKED.checksums, `there is no ${CHECKSUMS_FILE}, which TFDS does not write${others}`);
  }
  for (const [file, expected] of checksums ?? []) {
    if (!files.has(file)) continue;
    try {
      const found = await sha256OfFile(join(access.directory, file));
      if (found !== expected)
        throw fault('FILE_CHECKSUM', `${file} has another checksum than the one stored`, { expected, found });
    } catch (error) {
      findings.add(file, error);
    }
  }
}
