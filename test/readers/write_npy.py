"""Writes NPY files with numpy, in every version, order of bytes and order of axes, and what must be refused.

Usage: write_npy.py OUT_DIR

Prints one line of JSON: a list of {"file", "dtype", "shape", "hex"}, the elements in C order with the least significant byte first;
where an array is to be refused, {"file", "refused": code}.
"""
import json
import os
import sys
import warnings

import numpy as np
from numpy.lib import format as npy

warnings.filterwarnings('ignore')
DTYPES = ['?', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']
SHAPES = [(), (5,), (5, 1), (2, 3, 4), (0, 3), (1, 2, 1, 3)]


def main(folder):
    cases = []

    def write(name, array, version=None, refused=None):
        with open(os.path.join(folder, name), 'wb') as file:
            npy.write_array(file, array, version=version)
        if refused is not None:
            cases.append({'file': name, 'refused': refused})
            return
        plain = array.astype(array.dtype.newbyteorder('<'))
        cases.append({
            'file': name,
            'dtype': array.dtype.name,
            'shape': array.shape,
            'hex': plain.tobytes('C').hex(),
        })

    for code in DTYPES:
        for shape in SHAPES:
            count = int(np.prod(shape))
            values = np.arange(-1, count - 1).astype(np.int64) * 77
            for order in '<>':
                array = values.astype(code).reshape(shape).astype(order + code)
                for version in [(1, 0), (2, 0), (3, 0), None]:
                    name = f'{ord(code[0])}{code[1:]}-{"x".join(map(str, shape))}-{"le" if order == "<" else "be"}-{version and version[0]}.npy'
                    write(name, array, version)
    column = np.asfortranarray(np.arange(7, dtype='>i4').reshape(7, 1))
    write('fortran-column.npy', column)
    write('fortran.npy', np.asfortranarray(np.arange(6, dtype='u1').reshape(2, 3)), refused='NPY_INVALID')
    write('sliced.npy', np.arange(24, dtype='<i2').reshape(4, 6)[::2, ::3])
    write('turned.npy', np.arange(6, dtype='u1').reshape(2, 3).T, refused='NPY_INVALID')
    write('objects.npy', np.array([None, 1], dtype=object), refused='NPY_TYPE')
    write('texts.npy', np.array(['a', 'bcde']), refused='NPY_TYPE')
    write('bytes.npy', np.array([b'a', b'bcd']), refused='NPY_TYPE')
    write('complex.npy', np.zeros(3, 'c8'), refused='NPY_TYPE')
    write('dates.npy', np.zeros(3, 'M8[ns]'), refused='NPY_TYPE')
    write('spans.npy', np.zeros(3, 'm8[D]'), refused='NPY_TYPE')
    write('void.npy', np.zeros(3, 'V4'), refused='NPY_TYPE')
    write('long.npy', np.zeros(3, np.longdouble), refused='NPY_TYPE')
    write('record.npy', np.zeros(3, [('a', '<f4'), ('b', 'u1', (2, 2))]), refused='NPY_TYPE')
    write('record-utf8.npy', np.zeros(3, [('größe', '<f4')]), refused='NPY_TYPE')
    write('record-long.npy', np.zeros(1, [(f'field_{at}', '<f4') for at in range(3000)]), refused='NPY_INVALID')
    print(json.dumps(cases))


main(*sys.argv[1:])
