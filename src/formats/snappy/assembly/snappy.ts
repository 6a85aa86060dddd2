/** Snappy's raw format (google/snappy, format_description.txt), both ways; the module's interface. */
export { compress } from './compress';
export { INPUT as input, makeRoom, output } from './memory';
export { uncompress } from './uncompress';
