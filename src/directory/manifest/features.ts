import { type DatasetDefinition, featuresOf } from '../../dataset/definition.js';
import { type InputFeature, tensorEncoding } from '../../dataset/feature.js';
import { type Json, pythonJson } from './json.js';

/** Name of the features' description in a data set's directory. */
export const FEATURES_FILE = 'features.json';

const CLASSES = 'tensorflow_datasets.core.features';

/**
 * `features.json`: what `tfds.features.FeaturesDict.save_config` writes for an image or a tensor, and for its class where it
 * has one.
 */
export function featuresJson(definition: DatasetDefinition): string {
  const { input } = featuresOf(definition);
  const { label } = definition;
  const features = { [input.name]: inputJson(input), ...(label === undefined ? {} : labelJson(label)) };
  const dict = { featuresDict: { features }, pythonClassName: `${CLASSES}.features_dict.FeaturesDict` };
  return pythonJson(dict, 4);
}

function inputJson({ kind, dtype, shape }: InputFeature): Json {
  const dimensions = shape.length === 0 ? {} : { dimensions: shape.map(String) };
  return kind === 'image'
    ? { image: { dtype, shape: dimensions }, pythonClassName: `${CLASSES}.image_feature.Image` }
    : {
        pythonClassName: `${CLASSES}.tensor_feature.Tensor`,
        tensor: { dtype, encoding: tensorEncoding(dtype), shape: dimensions },
      };
}

function labelJson({ name, classes }: NonNullable<DatasetDefinition['label']>): Record<string, Json> {
  const classLabel = { numClasses: String(classes) };
  return { [name]: { classLabel, pythonClassName: `${CLASSES}.class_label_feature.ClassLabel` } };
}

/** Name of the file that holds the class names of the feature `label`. */
export function labelsFileName(label: string): string {
  return `${label}.labels.txt`;
}

/** The class names as TFDS keeps them beside the features: one a line, each line ended. */
export function labelsText(classNames: readonly string[]): string {
  return classNames.map((name) => `${name}\n`).join('');
}
