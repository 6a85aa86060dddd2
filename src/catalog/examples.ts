import { dataUrl } from './figure/figure-svg.js';
import { pngOf, reduced } from './figure/picture.js';
import type { CatalogRow } from './rows.js';

/** How many examples the table of the page has at most, and how many characters their images may take in it together. */
const MOST_EXAMPLES = 500;
const MOST_CHARACTERS = 2 ** 20;
/** Pixels of an image's longer side in the table. */
const MOST_SIDE = 96;
/** How many of a tensor's elements are shown. */
const MOST_ELEMENTS = 6;

/** A line of the examples' table, TFDS's `as_dataframe`. */
export interface ShownExample {
  /** Place in the split, from 0. */
  place: number;
  /** The image as the address of itself; none where the input is a tensor. */
  image: string | undefined;
  /** A tensor's elements, the first of them. */
  elements: string | undefined;
  label: number | undefined;
}

/** The class as TFDS's `as_dataframe` has it: `9 (Ankle boot)`, the number alone where classes have no names, `-` for no class. */
export function labelText(label: number, names: Readonly<Record<number, string>> | undefined): string {
  if (label === -1) return '-';
  const name = names?.[label];
  return name === undefined ? String(label) : `${label} (${name})`;
}

/** Gathers the first examples of a split, as many as a page holds. */
export class ExampleTable {
  readonly examples: ShownExample[] = [];
  #characters = 0;

  /** Takes the next row while there is room for it. */
  add({ place, values, picture, label }: CatalogRow): void {
    if (this.examples.length >= MOST_EXAMPLES || this.#characters >= MOST_CHARACTERS) return;
    const image = picture === undefined ? undefined : dataUrl(pngOf(reduced(picture, MOST_SIDE)));
    this.#characters += image?.length ?? 0;
    const elements = picture === undefined && values !== undefined ? elementsText(values) : undefined;
    this.examples.push({ place, image, elements, label });
  }
}

function elementsText(values: NonNullable<CatalogRow['values']>): string {
  const first: string[] = [];
  for (let at = 0; at < Math.min(values.length, MOST_ELEMENTS); at++) first.push(String(values[at]));
  return first.join(', ') + (values.length > MOST_ELEMENTS ? ', …' : '');
}
