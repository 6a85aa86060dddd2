import { describe, expect, it } from 'vitest';
import { encodedImage, imagePath, samplesAt, tableMetadata } from '../../src/rows/table.js';
import { readPng } from '../formats/png/read-png.js';
import { encodedImages, encodedSplit, pixelsOf, recordOf, rowsInOrder, TABLE } from './encoded.js';

describe('encodedImage and samplesAt', () => {
  it('give the image of a row, out of any slice', () => {
    const layout = { ...TABLE, image: 'tensor' as const };
    for (const sliceRows of [1, 4, 11, 20]) {
      const split = encodedImages([...new Array(11).keys()], sliceRows);
      expect(rowsInOrder(split)).toEqual([...new Array(11).keys()]);
      for (const [row, position] of split.order.entries()) {
        expect(readPng(Buffer.from(encodedImage(split, position))).pixels).toEqual(pixelsOf(row));
        expect(Uint8Array.from(samplesAt(split, position, layout))).toEqual(pixelsOf(row));
      }
    }
  });

  it('finds it a fault when samples are asked for that were not kept', () => {
    const split = encodedSplit([recordOf(0, 5)], 1, [0]);
    expect(() => samplesAt(split, 0, TABLE)).toThrow('the samples of the rows were not kept');
  });
});

describe('imagePath', () => {
  it.each([
    ['train', 0, 'train/00000000.png'],
    ['test', 12_344, 'test/00012344.png'],
    ['train', 99_999_999, 'train/99999999.png'],
    ['train', 4_294_967_295, 'train/4294967295.png'],
  ])('of %s, row %i, is %s', (split, row, path) => {
    expect(imagePath(split, row)).toBe(path);
  });
});

describe('tableMetadata', () => {
  it('tells Hugging Face datasets what the columns are', () => {
    const [[key, value] = [], ...more] = tableMetadata(TABLE);
    expect({ key, more }).toEqual({ key: 'huggingface', more: [] });
    expect(JSON.parse(`${value}`)).toEqual({
      info: {
        features: {
          image: { _type: 'Image' },
          label: { names: ['zero', 'one', 'two'], _type: 'ClassLabel' },
        },
      },
    });
  });

  it('names the columns as the definition does, with the index where it is there', () => {
    const columns = { image: 'Bild', label: 'Klasse', index: 'index' };
    const [[, value] = []] = tableMetadata({ ...TABLE, columns, classNames: ['お', 'a "b"'] });
    expect(JSON.parse(`${value}`)).toEqual({
      info: {
        features: {
          Bild: { _type: 'Image' },
          Klasse: { names: ['お', 'a "b"'], _type: 'ClassLabel' },
          index: { dtype: 'int64', _type: 'Value' },
        },
      },
    });
  });

  it('calls numbers and labels without names values, and leaves away labels that are not there', () => {
    const numbers = {
      image: 'tensor',
      tensors: 'list',
      dtype: 'int16',
      shape: [],
      classNames: undefined,
    } as const;
    const featuresOf = (columns: typeof TABLE.columns): unknown => {
      const [[, value] = []] = tableMetadata({ ...numbers, columns });
      return JSON.parse(`${value}`).info.features;
    };
    const features = { dtype: 'int16', _type: 'Value' };
    expect(featuresOf({ image: 'features' })).toEqual({ features });
    expect(featuresOf({ image: 'features', label: 'label' })).toEqual({
      features,
      label: { dtype: 'int64', _type: 'Value' },
    });
  });

  it('tells of tensors how long their lists are', () => {
    const columns = { image: 'features', label: 'label', index: 'index' };
    const tensors = { ...TABLE, columns, image: 'tensor', dtype: 'int16', shape: [2, 3] } as const;
    const [[key, value] = [], ...more] = tableMetadata(tensors);
    expect({ key, more }).toEqual({ key: 'huggingface', more: [] });
    expect(JSON.parse(`${value}`).info.features).toEqual({
      // `Sequence` and not `List`, by which versions before 4 fail.
      features: { feature: { dtype: 'int16', _type: 'Value' }, length: 6, _type: 'Sequence' },
      label: { names: ['zero', 'one', 'two'], _type: 'ClassLabel' },
      index: { dtype: 'int64', _type: 'Value' },
    });
  });

  it("has nothing to say of tensors of Arrow's extension type, which only tensors can be", () => {
    expect(tableMetadata({ ...TABLE, image: 'tensor', tensors: 'extension' })).toEqual([]);
    expect(tableMetadata({ ...TABLE, tensors: 'extension' })).toEqual(tableMetadata(TABLE));
    const scalars = { ...TABLE, image: 'tensor', shape: [] } as const;
    expect(tableMetadata({ ...scalars, tensors: 'extension' })).toEqual(tableMetadata(scalars));
  });
});
