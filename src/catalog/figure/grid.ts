import type { Captioned } from './picture.js';

/** Pixels of an image's longer side in the figure, as near as a whole factor comes to it. */
const IMAGE = 168;
/** Between images and at the edges. */
const GAP = 24;
/** Pixels under an image for its caption. */
const CAPTION = 34;

/** The left and the upper edge of an example's image, and the middle and the upper edge of its caption. */
export interface Place {
  left: number;
  top: number;
  middle: number;
  captionTop: number;
}

/** Where things stand in the figure, in pixels. */
export interface GridLayout {
  width: number;
  height: number;
  /** How much larger each image is drawn; a whole number. */
  factor: number;
  /** Sides of an image as it is drawn. */
  imageWidth: number;
  imageHeight: number;
  /** Of each example. */
  places: readonly Place[];
}

/** How many examples TFDS's `show_examples` puts beside each other. */
export const COLUMNS = 3;

/** The longest side that an image of the figure may have; larger ones are reduced first. */
export const MOST_SIDE = IMAGE;

/** Lays examples out in rows, `show_examples`' grid; all pictures are of one size. Captions take room where there are some. */
export function layOut(examples: readonly Captioned[], columns: number): GridLayout {
  const [first] = examples;
  const { width, height } = first?.picture ?? { width: 1, height: 1 };
  const factor = Math.max(1, Math.floor(IMAGE / Math.max(width, height)));
  const [imageWidth, imageHeight] = [width * factor, height * factor];
  // A narrow image has room for its caption all the same.
  const cellWidth = Math.max(imageWidth, IMAGE);
  const caption = examples.some((example) => example.caption !== '') ? CAPTION : 0;
  const across = Math.max(1, Math.min(columns, examples.length));
  const down = Math.ceil(examples.length / across);
  const places = examples.map((_, at) => {
    const cell = GAP + (at % across) * (cellWidth + GAP);
    const top = GAP + Math.floor(at / across) * (imageHeight + caption + GAP);
    return {
      left: cell + Math.floor((cellWidth - imageWidth) / 2),
      top,
      middle: cell + cellWidth / 2,
      captionTop: top + imageHeight + 10,
    };
  });
  return {
    width: GAP + across * (cellWidth + GAP),
    height: GAP + down * (imageHeight + caption + GAP),
    factor,
    imageWidth,
    imageHeight,
    places,
  };
}
