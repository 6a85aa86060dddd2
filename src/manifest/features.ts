import type { DatasetDefinition } from '../dataset/definition.js';
import { pythonJson } from './json.js';

/** Name of the features' description in a data set's directory. */
export const FEATURES_FILE = 'features.json';

const CLASSES = 'tensorflow_datasets.core.features';

/** `features.json`: what `tfds.features.FeaturesDict.save_config` writes for an image and its class. */
export function featuresJson({ image, label }: DatasetDefinition): string {
  const features = {
    [image.name]: {
      image: { dtype: 'uint8', shape: { dimensions: image.shape.map(String) } },
      pythonClassName: `${CLASSES}.image_feature.Image`,
    },
    [label.name]: {
      classLabel: { numClasses: String(label.classes) },
      pythonClassName: `${CLASSES}.class_label_feature.ClassLabel`,
    },
  };
  const dict = { featuresDict: { features }, pythonClassName: `${CLASSES}.features_dict.FeaturesDict` };
  return pythonJson(dict, 4);
}

/** Name of the file that holds the class names of the feature `label`. */
export function labelsFileName(label: string): string {
  return `${label}.labels.txt`;
}

/** The class names as TFDS keeps them beside the features: one a line, each line ended. */
export function labelsText(classNames: readonly string[]): string {
  return classNames.map((name) => `${name}\n`).join('');
}
