/** No root.crt is larger, in bytes; what is, is another file. */
export const FILE_LIMIT = 16 * 1024 * 1024;
