/** The part of seek-bzip that is used; the package has no types. */
declare module 'seek-bzip' {
  const Bunzip: {
    /** Unpacks one bzip2 stream. It doesn't read the input after the end of the stream. */
    decode(
      input: { readByte(): number; read(buffer: Uint8Array, offset: number, length: number): number },
      output: { writeByte(byte: number): void },
    ): void;
  };
  export default Bunzip;
}
