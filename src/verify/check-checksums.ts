import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../archive/checksum.js';
import { CHECKSUMS_FILE, checksumsOf } from '../manifest/checksums.js';
import { fault } from '../published/faults.js';
import type { Findings } from './findings.js';
import { missing } from './inventory.js';

/** Compares every file with its checksum, and the names that there are with those of the checksums. */
export async function checkChecksums(
  directory: string,
  files: readonly string[],
  { deep }: { deep?: boolean | undefined },
  findings: Findings,
): Promise<void> {
  if (!files.includes(CHECKSUMS_FILE)) {
    const others = deep === true ? '' : '; with --deep their content is checked by what else is known';
    findings.skip(
      'the files by their checksums',
      `there is no ${CHECKSUMS_FILE}, which TFDS does not write${others}`,
    );
    return;
  }
  const checksums = checksumsOf(await readFile(join(directory, CHECKSUMS_FILE), 'utf8'));
  if (checksums === undefined) {
    findings.add(
      CHECKSUMS_FILE,
      fault(
        'MANIFEST_INVALID',
        `${CHECKSUMS_FILE} has a line of another form, or its last line is not ended`,
        {
          expected: '64 hexadecimal digits, two spaces, a file name',
        },
      ),
    );
    return;
  }
  for (const [file, expected] of checksums) {
    if (!files.includes(file)) {
      findings.add(file, missing(file));
      continue;
    }
    const found = await sha256OfFile(join(directory, file));
    if (found !== expected)
      findings.add(
        file,
        fault('FILE_CHECKSUM', `${file} has another checksum than the one stored`, { expected, found }),
      );
  }
  for (const file of files)
    if (file !== CHECKSUMS_FILE && !checksums.has(file))
      findings.add(
        file,
        fault('FILE_EXTRA', `${file} is not named in ${CHECKSUMS_FILE}`, {
          expected: 'the files that it names',
          found: file,
          next: 'Move it away, or prepare the data set again with --overwrite.',
        }),
      );
}
