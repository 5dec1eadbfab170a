/**
 * What only the modules in `src/internals` may touch: names that other libraries do not document.
 */
const REASON =
  'belongs in src/internals, with the version that has it, what is lost without it and a fall-back';

/** The public methods of a translation bundle. */
const TRANSLATIONS = '__|_n|_p|_np';

/** Classes and parts of selectors of JupyterLab, Lumino, ipywidgets and ipympl; our own begin with jp-MplGuard. */
const FOREIGN_CLASS = String.raw`(^|[^A-Za-z0-9-])((jp|lm|p)-(?!MplGuard\b)[A-Za-z]|jupyter-(widgets|matplotlib)|widget-(?!view\+json)[a-z])`;

/** A name with a leading underscore, as a whole. */
const PRIVATE = `^_(?!_proto__$)\\w+$`;

/** The rule `no-restricted-syntax` for the modules outside of `src/internals`. */
exports.noForeignNames = [
  'error',
  {
    selector: `MemberExpression[computed=false][property.name=/^_/]:not([object.type='ThisExpression']):not([property.name=/^(${TRANSLATIONS})$/])`,
    message: `A private name of another object ${REASON}.`
  },
  {
    selector: `MemberExpression[computed=true] > Literal[value=/${PRIVATE}/]`,
    message: `A private name of another object ${REASON}.`
  },
  {
    selector: `CallExpression > Literal[value=/${PRIVATE}/]`,
    message: `A private name of another object ${REASON}.`
  },
  {
    selector:
      'TSPropertySignature[key.name=/^_/], TSMethodSignature[key.name=/^_/]',
    message: `A private name in a type ${REASON}.`
  },
  {
    selector: 'ObjectPattern > Property[key.name=/^_/]',
    message: `A private name of another object ${REASON}.`
  },
  {
    selector: `Literal[value=/${FOREIGN_CLASS}/], TemplateElement[value.raw=/${FOREIGN_CLASS}/]`,
    message: `A class of another library ${REASON}.`
  },
  {
    selector: 'TSAnyKeyword',
    message: `A value of any type hides which names it has; such a cast ${REASON}.`
  },
  {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: `A cast by way of unknown hides which names a value has; it ${REASON}.`
  }
];
