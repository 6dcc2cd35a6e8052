// What the field app uses of the decoder. Throws when there is no symbol in the picture.
export function decodeQR(picture: { width: number; height: number; data: Uint8ClampedArray | Uint8Array }): string;
