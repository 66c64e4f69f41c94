// What a file costs on the wire: the two encodings that hosts serve, each as small as it gets.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Brotli at quality 11 with its largest ordinary window. */
export const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

/** Gzip at level 9; it holds no time and no name. */
export const gzip = (bytes) => gzipSync(bytes, { level: 9 });
