import * as v from 'valibot';
import { EXPLORER_DATA_FILE, type ExplorerData, explorerData } from '../data.js';
import { Browse } from './browse.js';
import { Detail } from './detail.js';
import { byId, element, whole } from './dom.js';
import { messageOf } from './messages.js';
import { Reader } from './reader.js';
import { Rows } from './rows.js';
import {
  classesSection,
  countsSection,
  duplicatesSection,
  histogramsSection,
  unusualSection,
} from './sections.js';
import { Tiles } from './tiles.js';

/** Where the page was opened as a file, what it says of itself as it is remains. */
if (location.protocol !== 'file:') void start();

async function start(): Promise<void> {
  const message = byId('message');
  message.replaceChildren(element('p', 'Reading …'));
  try {
    const data = await readData();
    describe(data);
    const notes = await build(data);
    message.replaceChildren(...notes.map((note) => element('p', note)));
    message.hidden = notes.length === 0;
    byId('footer').hidden = false;
  } catch (error) {
    message.replaceChildren(
      element('p', element('strong', 'The explorer cannot show this data set.')),
      element('p', messageOf(error)),
    );
    message.classList.add('fault');
  }
}

async function readData(): Promise<ExplorerData> {
  const response = await fetch(EXPLORER_DATA_FILE);
  if (!response.ok) throw new Error(`${EXPLORER_DATA_FILE} was answered with ${response.status}.`);
  const read = v.safeParse(explorerData, await response.json());
  if (read.success) return read.output;
  throw new Error(`${EXPLORER_DATA_FILE} is not of this version of the page: write the explorer again.`);
}

function describe({ dataset, version, splits, pictures, label, classes, moreClasses }: ExplorerData): void {
  document.title = `${dataset} ${version}: explorer`;
  byId('title').textContent = `${dataset} ${version}`;
  const parts = splits.map(({ name, rows }) => `${whole(rows)} ${name}`);
  const kinds = label === null ? 'no labels' : `${whole(classes.length + moreClasses)} classes`;
  const shape = pictures === null ? [] : [`images of ${pictures.shape.join(' x ')}`];
  byId('summary').textContent = [...parts, kinds, ...shape].join(' · ');
}

/** Fills the page; gives what is to be said of what is not there. */
async function build(data: ExplorerData): Promise<string[]> {
  const content = byId('content');
  const { pictures, image, notes } = data;
  content.append(countsSection(data));
  if (pictures === null || image === null) return notes;
  const rows = new Rows(data);
  const hasShards = data.splits.some(({ shards }) => shards.length > 0);
  if (!hasShards) {
    content.append(classesSection(data, pictures, undefined), histogramsSection(data, pictures));
    return notes;
  }
  const reader = new Reader(pictures.shape);
  const wholeFiles = await reader.open(data, image, pictures.shape);
  rows.labels = await reader.labels();
  const detail = new Detail(rows, reader);
  const browse = new Browse(rows, reader, detail);
  const tiles = new Tiles(rows, reader, (row) => detail.open([row], 0));
  content.append(
    browse.part,
    classesSection(data, pictures, (label) => browse.showClass(label)),
    histogramsSection(data, pictures),
    unusualSection(data, pictures, tiles),
    duplicatesSection(data, pictures, rows, tiles),
    detail.dialog,
  );
  return wholeFiles
    ? [
        ...notes,
        'The server gives whole files where parts are asked for, so that each Parquet file is read as a whole.',
      ]
    : notes;
}
