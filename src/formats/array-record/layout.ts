/**
 * ArrayRecord (google/array_record, `cpp/array_record_writer.h` and `cpp/layout.proto`): a Riegeli file with a chunk for
 * each group of records, then two chunks that index them, each padded to a block's end:
 *
 *     footer      record 0    FooterMetadata { 1: { 1: version, 2: chunks, 3: records, 4: writer options } }
 *                 record 1..  Footer { 1: chunk offset, 2: size of its records, 3: number of its records }, one a chunk
 *     postscript  three times Postscript { 1: footer offset, 2: magic }
 *
 * A reader takes the last block, from it the footer, and from it any record at once.
 */

export const VERSION = 1;
export const POSTSCRIPT_COPIES = 3;
/** The magic of a postscript, which no double holds. */
export const MAGIC = 0x71930e704fdae05en;
