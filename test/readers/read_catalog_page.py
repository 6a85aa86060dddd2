"""Has TensorFlow Datasets write the sections of its catalog page of prepared data sets.

Usage: read_catalog_page.py DATASETS

DATASETS is JSON: a list of `{"directory"}`, each read with `builder_from_directory`, which knows what the files tell; or of
`{"directory", "data_dir", "name"}`, each read with TFDS's own builder of this name. Prints one line of JSON: of each data set
the text of each section by its name.
"""
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow_datasets as tfds
from tensorflow_datasets.scripts.documentation import dataset_markdown_builder as page

SECTIONS = [
    page.DatasetDescriptionSection(),
    page.ConfigDescriptionSection(),
    page.HomepageSection(),
    page.SourceCodeSection(),
    page.VersionSection(None),
    page.DownloadSizeSection(),
    page.DatasetSizeSection(),
    page.AutocacheSection(),
    page.SplitInfoSection(),
    page.FeatureInfoSection(),
    page.FeatureDocumentationSection(),
    page.SupervisedKeySection(),
    page.DatasetCitationSection(),
]


def texts_of(dataset):
    if 'name' in dataset:
        builder = tfds.builder(dataset['name'], data_dir=dataset['data_dir'])
    else:
        builder = tfds.builder_from_directory(dataset['directory'])
    return {section.NAME: section.display(builder) for section in SECTIONS}


print(json.dumps([texts_of(dataset) for dataset in json.loads(sys.argv[1])]))
