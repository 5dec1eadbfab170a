/** Drawings are imported as the text of their file. */
declare module '*.svg' {
  const text: string;
  export default text;
}
