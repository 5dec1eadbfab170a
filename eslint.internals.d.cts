/** The syntax that only modules in `src/internals` may use, as options of the rule `no-restricted-syntax`. */
export const noForeignNames: [
  'error',
  ...{ selector: string; message: string }[]
];
