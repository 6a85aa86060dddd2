import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { definitionOf, gzip, imagesIdx, smallArchives } from '../fixtures/archives.js';
import { type Ended, lines, run } from '../fixtures/cli.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { type DefinitionFile, packageWith } from '../fixtures/package.js';
import { type Member, zipOf } from '../fixtures/zip.js';
import { memberName, members, unzipped, ZIP, zipped, zippedDefinition } from '../fixtures/zipped.js';
import { sample } from '../sample.js';

/** The command in a folder of its own, where it knows these data sets and finds these files in `archives`. */
async function setUp(definitions: DefinitionFile[], archives: Record<string, Uint8Array> = {}) {
  const folder = await emptyFolder();
  const program = await packageWith(join(folder, 'package'), ...definitions);
  for (const [file, bytes] of Object.entries(archives)) {
    await mkdir(join(folder, 'archives', file, '..'), { recursive: true });
    await writeFile(join(folder, 'archives', file), bytes);
  }
  const about = { cwd: folder, env: { IDX_SHARDS_CACHE: join(folder, 'cache') } };
  const words = [program, 'prepare', '--workers', '1', '--out', 'out'];
  return {
    folder,
    out: join(folder, 'out'),
    prepare: (...more: string[]): Promise<Ended> =>
      run(process.execPath, [...words, '--archives', 'archives', ...more], about),
    download: (...more: string[]): Promise<Ended> => run(process.execPath, [...words, ...more], about),
  };
}

const METADATA = 'own/.config/metadata.json';

describe('a data set with configs, out of a zip', () => {
  it('goes to a directory of its own for each config, with the default one beside them', async () => {
    const { zip, definition } = zipped();
    const mirrors = ['http://127.0.0.1:9/'];
    const { out, prepare } = await setUp([{ ...definition, mirrors }], { [ZIP]: zip });
    expect(await prepare('--dataset', 'own/all', '--formats', 'tfrecord', '--quiet')).toEqual({
      code: 0,
      stdout: 'out/own/large/1.0.0\nout/own/small/1.0.0\n',
      stderr: '',
    });
    const files = (config: string): string[] =>
      [
        '',
        '1.0.0/',
        ...['README.md', 'SHA256SUMS', 'dataset_info.json', 'features.json'].map((file) => `1.0.0/${file}`),
        ...['test', 'train'].map((split) => `1.0.0/own-${split}.tfrecord-00000-of-00001`),
      ].map((path) => `own/${config}/${path}`);
    expect(await everythingIn(out)).toEqual(
      ['own/', 'own/.config/', METADATA, ...files('large'), ...files('small')].sort(),
    );
    expect(await readFile(join(out, METADATA), 'utf8')).toBe('{"default_config_name": "large"}');
    const info: unknown = JSON.parse(await readFile(join(out, 'own/small/1.0.0/dataset_info.json'), 'utf8'));
    expect(info).toMatchObject({
      name: 'own',
      configName: 'small',
      configDescription: 'The small one',
      releaseNotes: { '1.0.0': 'The first.' },
      downloadSize: String(zip.length),
    });
  });

  it('has the shards that the same rows give out of gzip files; of more rows it takes the first', async () => {
    const { zip, definition } = zipped();
    const { out, prepare } = await setUp([definition], { [ZIP]: zip });
    expect((await prepare('--dataset', 'own/all')).code).toBe(0);
    for (const [config, trainRows, testRows] of [
      ['large', 30, 20],
      ['small', 10, 5],
    ] as const) {
      const archives = unzipped(config);
      const own = await ownDataset(archives, definitionOf(archives, { trainRows, testRows }));
      expect((await own.prepare()).code).toBe(0);
      const shards = (digests: Record<string, string>) =>
        Object.entries(digests).filter(([file]) => file.startsWith('own-'));
      const ours = shards(await digestsIn(join(out, 'own', config, '1.0.0')));
      expect(ours).toHaveLength(6);
      expect(ours).toEqual(shards(await digestsIn(own.target)));
    }
  });

  it('is prepared in its default config where none is named', async () => {
    const { zip, definition } = zipped();
    const { prepare } = await setUp([{ ...definition, defaultConfig: 'small' }], {
      [ZIP]: zip,
    });
    const { stdout } = await prepare('--dataset', 'own');
    expect(stdout).toMatch(/^Prepared own\/small 1\.0\.0: 15 examples/);
    expect(stdout).toContain("tfds.builder_from_directory('out/own/small/1.0.0')");
  });

  it('has the file of its default config mended, and left alone where it is there', async () => {
    const { zip, definition } = zipped();
    const { out, prepare } = await setUp([definition], { [ZIP]: zip });
    expect((await prepare('--dataset', 'own/small')).code).toBe(0);
    await rm(join(out, 'own/.config'), { recursive: true });
    expect((await prepare('--dataset', 'own/small')).stdout).toMatch(/is there already/);
    expect(await everythingIn(join(out, 'own/.config'))).toEqual(['metadata.json']);
    await writeFile(join(out, METADATA), '{"default_config_name": "other"}');
    expect((await prepare('--dataset', 'own/large')).code).toBe(0);
    expect(await readFile(join(out, METADATA), 'utf8')).toBe('{"default_config_name": "large"}');
  });

  it('is prepared by two runs at the same time', async () => {
    const { zip, definition } = zipped();
    const { out, prepare } = await setUp([definition], { [ZIP]: zip });
    const runs = ['own/small', 'own/large', 'own/large'].map((name) =>
      prepare('--dataset', name, '--overwrite', '--formats', 'tfrecord', '--wait'),
    );
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await everythingIn(join(out, 'own/.config'))).toEqual(['metadata.json']);
    expect((await everythingIn(join(out, 'own')))?.filter((path) => /^\w+\/[^/]+\/$/.test(path))).toEqual([
      'large/1.0.0/',
      'small/1.0.0/',
    ]);
  });

  it('is planned with the zip once', async () => {
    const { zip, definition } = zipped();
    const { prepare, folder } = await setUp([definition], { [ZIP]: zip });
    const { stdout } = await prepare('--dataset', 'own/small', '--dry-run');
    expect(stdout).toMatch(
      /^own\/small 1\.0\.0 would go to out.own.small.1\.0\.0 \(new\)\nArchives:\n {2}gzip/,
    );
    expect(stdout.match(/gzip\.zip {2}/g)).toHaveLength(1);
    expect(await everythingIn(folder)).not.toContain('out/');
  });

  it('is downloaded once for all configs', async () => {
    const { zip, definition } = zipped();
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end(zip);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const { download } = await setUp([{ ...definition, mirrors: [`http://127.0.0.1:${address.port}/`] }]);
    const { code, stdout } = await download('--dataset', 'own/all', '--json', '--quiet');
    expect({ code, asked }).toEqual({ code: 0, asked: 1 });
    const archives = lines(stdout).filter(({ event }) => event === 'archive');
    expect(archives.map(({ dataset, file }) => [dataset, file])).toEqual([
      ['own/large', ZIP],
      ['own/small', ZIP],
    ]);
    for (const { dataset } of lines(stdout)) expect(dataset).toMatch(/^own\/(large|small)$/);
  });
});

describe('a zip that is not as it should be', () => {
  const [images] = members();
  const replaced = (change: Partial<Member>): Buffer =>
    zipOf([{ ...images!, ...change }, ...members().slice(1)]);
  const more = (member: Member): Buffer => zipOf([...members(), member]);
  const name = memberName('large', 'train', 'images-idx3');
  const whole = zipOf(members());

  it.each(
    sample<readonly [string, string, Buffer]>(
      [
        ['ZIP_MEMBER_MISSING', 'a member is missing', zipOf(members().slice(1))],
        ['ZIP_INVALID', 'a member is encrypted', replaced({ deflate: true, says: { flags: 1 } })],
        ['ZIP_INVALID', 'a method is unknown', replaced({ says: { method: 93 } })],
        ['ZIP_INVALID', 'a CRC is wrong', replaced({ says: { crc32: 1 } })],
        ['ZIP_INVALID', 'a size is too small', replaced({ deflate: true, says: { size: 9 } })],
        ['ZIP_INVALID', 'a size is too large', replaced({ deflate: true, says: { size: 1e9 } })],
        ['ZIP_INVALID', 'a name leads out of it', more({ name: '../x', content: Buffer.of(1) })],
        ['ZIP_INVALID', 'a name is absolute', more({ name: '/x', content: Buffer.of(1) })],
        ['ZIP_INVALID', 'a name is there twice', more({ name, content: gzip(imagesIdx(30)) })],
        ['ZIP_INVALID', 'the directory is cut short', whole.subarray(0, -30)],
        ['ZIP_INVALID', 'the directory is not there', whole.subarray(0, 1000)],
        ['ZIP_INVALID', 'garbage is appended', Buffer.concat([whole, Buffer.alloc(100, 1)])],
        [
          'GZIP_INVALID',
          'a member is gzip cut short',
          replaced({ content: gzip(imagesIdx(30)).subarray(0, -9) }),
        ],
        ['IDX_TRAILING', 'a member is a bomb', replaced({ content: gzip(bomb()), deflate: true })],
        ['COUNT_MISMATCH', 'a member has more rows', replaced({ content: gzip(imagesIdx(31)) })],
      ],
      3,
    ),
  )('%s: %s', async (code, _, zip) => {
    const { folder, prepare } = await setUp([zippedDefinition(zip)], { [ZIP]: zip });
    const { code: exitCode, stdout } = await prepare('--dataset', 'own/large', '--json', '--quiet');
    expect(lines(stdout).at(-1)).toMatchObject({
      event: 'error',
      dataset: 'own/large',
      code,
      message: expect.stringContaining(join('archives', ZIP)),
      next: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(exitCode).toBe(4);
    expect(await everythingIn(folder)).not.toContain('out/');
  });

  it('ARCHIVE_CHECKSUM: another zip, whatever else is wrong with it', async () => {
    const { zip, definition } = zipped();
    for (const at of sample([0, 40, zip.length - 22, zip.length - 300], 1)) {
      const bytes = Buffer.from(zip);
      bytes[at]! ^= 0x10;
      const { folder, prepare } = await setUp([definition], { [ZIP]: bytes });
      const { code, stderr } = await prepare('--dataset', 'own/large', '--quiet');
      expect({ code, message: stderr.split('\n')[0] }).toEqual({
        code: 4,
        message: 'error: archives/gzip.zip is not the archive that the definition names [ARCHIVE_CHECKSUM]',
      });
      expect(await everythingIn(folder)).not.toContain('out/');
    }
  });

  function bomb(): Buffer {
    return Buffer.concat([imagesIdx(30), Buffer.alloc(64 * 2 ** 20)]);
  }
});

describe('several data sets', () => {
  const FORMAT = ['--formats', 'tfrecord'];
  const archives = smallArchives();
  const one = definitionOf(archives, { name: 'one' });
  const two = definitionOf(smallArchives(12, 6), { name: 'two', trainRows: 12, testRows: 6 });
  const three = definitionOf(archives, { name: 'three' });
  /** Archives of the same names in a folder for each data set but the first one's, which lie in the folder itself. */
  const inFolders = Object.fromEntries([
    ...archives,
    ...[...smallArchives(12, 6)].map(([file, bytes]) => [`two/${file}`, bytes] as const),
  ]);

  it('are prepared one after the other, from folders of their own where these are there', async () => {
    const { prepare } = await setUp([one, two, three], inFolders);
    const { code, stdout, stderr } = await prepare('--dataset', 'three,two,one', ...FORMAT);
    expect(code).toBe(0);
    expect(stdout.match(/^Prepared .*: \d+/gm)).toEqual([
      'Prepared three 1.0.0: 50',
      'Prepared two 1.0.0: 18',
      'Prepared one 1.0.0: 50',
    ]);
    expect(stderr).not.toContain('there now');
    expect((await prepare('--dataset', 'all', '--quiet')).stdout).toBe(
      'out/one/1.0.0\nout/three/1.0.0\nout/two/1.0.0\n',
    );
  });

  it('go on behind one whose archives are wrong; the exit code is the first failure’s', async () => {
    const wrong = { ...inFolders, 'two/train-images-idx3-ubyte.gz': Buffer.of(1) };
    const { out, prepare } = await setUp([one, two, three], wrong);
    const { code, stdout, stderr } = await prepare('--dataset', 'one,two,three', ...FORMAT, '--json');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: .*two.train-images.*\[ARCHIVE_SIZE\]$/m);
    expect(stderr).toMatch(/\nthere now: one, three\nfailed: two\n$/);
    const ends = lines(stdout).filter(({ event }) => event === 'done' || event === 'error');
    expect(ends.map(({ event, dataset }) => [event, dataset])).toEqual([
      ['done', 'one'],
      ['error', 'two'],
      ['done', 'three'],
    ]);
    expect((await everythingIn(out))?.filter((path) => /^\w+\/$/.test(path))).toEqual(['one/', 'three/']);
  });

  it('end at an option that cannot be: no later one is tried', async () => {
    const { out, prepare } = await setUp([one, two, three], inFolders);
    const words = ['--dataset', 'one,two,three', '--num-shards', '10', ...FORMAT];
    const { code, stderr } = await prepare(...words);
    expect(code).toBe(2);
    expect(stderr).toContain('[SHARD_COUNT]');
    expect(stderr).toMatch(/\nthere now: one\nfailed: two\nnot tried: three\n$/);
    expect((await everythingIn(out))?.filter((path) => /^\w+\/$/.test(path))).toEqual(['one/']);
  });

  it('are none of them begun where a name is unknown', async () => {
    const { folder, prepare } = await setUp([one, two, three], inFolders);
    const { code, stderr } = await prepare('--dataset', 'one,tow', ...FORMAT);
    expect({ code, first: stderr.split('\n').slice(0, 3) }).toEqual({
      code: 2,
      first: [
        'error: there is no data set named tow [UNKNOWN_DATASET]',
        '  expected: one, three, two',
        '  found:    tow',
      ],
    });
    expect(await everythingIn(folder)).not.toContain('out/');
  });

  it('are all planned with --dry-run', async () => {
    const { prepare } = await setUp([one, two, three], inFolders);
    const { stdout } = await prepare('--dataset', 'two,one', '--dry-run');
    expect(stdout.match(/^\w+ 1\.0\.0 would go to/gm)).toEqual([
      'two 1.0.0 would go to',
      'one 1.0.0 would go to',
    ]);
    expect(stdout).toContain(`from ${join('archives', 'two', 'train-labels-idx1-ubyte.gz')}`);
    expect(stdout).toContain(`from ${join('archives', 'train-labels-idx1-ubyte.gz')}`);
  });

  it('are listed, configs among them', async () => {
    const { prepare } = await setUp([one, zipped().definition]);
    expect((await prepare('--list')).stdout).toBe(
      [
        'one                           1.0.0  train 30, test 20',
        '    A data set of the tests.',
        'own/large                     1.0.0  train 30, test 20',
        '    The large one (what own alone stands for).',
        'own/small                     1.0.0  train 10, test 5',
        '    The small one.\n',
      ].join('\n'),
    );
  });
});
