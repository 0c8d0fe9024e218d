/* The layout as a number drawn into the packed picture: artic_codecs/layout_mark.py reads it.
 *
 *   sync 16 | version 3 | window 3 | thumbnail 2 | column 8 | row 8 | half camera 12 + 12 | CRC 16
 */

export const CELL_PX = 8;
export const COLUMNS = 40;
export const [LIGHT_LUMA, DARK_LUMA, GREY_LUMA] = [235, 16, 126];
export const GREY_CHROMA = 128;

const SYNC = 0b1011_0001_0110_0101;
const VERSION = 1;
const FIELDS = [3, 3, 2, 8, 8, 12, 12];
const CRC_START = 0xffff;
const CRC_POLYNOMIAL = 0x1021;

/** 80 cells, row by row from the top left, true for light. */
export function cellsOf({ cameraPx: [width, height], windowStep, thumbnailStep, column, row }) {
  const values = [VERSION, windowStep, thumbnailStep, column, row, width / 2, height / 2];
  const data = values.flatMap((value, index) => bits(value, FIELDS[index]));
  return [...bits(SYNC, 16), ...data, ...bits(checksum(data), 16)];
}

function bits(value, count) {
  return Array.from({ length: count }, (_, place) => ((value >> (count - 1 - place)) & 1) === 1);
}

/** CRC-16/CCITT, bit by bit. */
function checksum(data) {
  let crc = CRC_START;
  for (const bit of data) {
    const carry = ((crc >> 15) & 1) ^ Number(bit);
    crc = ((crc << 1) & 0xffff) ^ (carry ? CRC_POLYNOMIAL : 0);
  }
  return crc;
}
