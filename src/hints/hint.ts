/**
 * The line under a traceback.
 */
import { Widget } from '@lumino/widgets';

import { suppressShortcuts } from '../internals/jupyterlab';
import { staleIcon } from '../ui/icons';

/** The content of a hint. */
export interface IHintContent {
  /** The id of the figure that it is about; null when it is about none. */
  readonly figure: string | null;
  /** Its text, in which code is between backquotes. */
  readonly sentence: string;
  /** Called when the button is clicked, returns what is said then; null when there is no button. */
  readonly restore: (() => IHintContent | null) | null;
}

/** Shows what a restart took away, and how to get it back. */
export class Hint extends Widget {
  /** Make the line, whose button has a label. */
  constructor(label: string) {
    super();
    this.addClass('jp-MplGuard-hint');
    this.node.setAttribute('role', 'note');
    this.node.tabIndex = -1;
    staleIcon.element({
      container: this.node.appendChild(document.createElement('span')),
      className: 'jp-MplGuard-icon'
    });
    this._button.type = 'button';
    this._button.className = 'jp-MplGuard-restore';
    this._button.textContent = label;
    this._button.addEventListener('click', () => {
      const content = this._restore?.();
      if (content) {
        this.say(content);
      }
    });
    suppressShortcuts(this._button);
    this.node.append(this._text);
  }

  /** Show the content of a hint in place of the present one. */
  say({ figure, sentence, restore }: IHintContent): void {
    if (sentence !== this._sentence) {
      this._sentence = sentence;
      this._text.replaceChildren(...marked(sentence));
    }
    if (figure !== null) {
      this.node.dataset.figure = figure;
    }
    this._restore = restore;
    if (restore) {
      this.node.append(this._button);
    } else if (this._button.parentNode) {
      const hadFocus = this._button === document.activeElement;
      this._button.remove();
      if (hadFocus) {
        this.node.focus();
      }
    }
  }

  private readonly _button = document.createElement('button');
  private _restore: (() => void) | null = null;
  private _sentence = '';
  private readonly _text = document.createElement('span');
}

/** Return a sentence as nodes, with code where it has backquotes. */
function marked(sentence: string): Node[] {
  return sentence.split('`').map((part, index) => {
    if (index % 2 === 0) {
      return document.createTextNode(part);
    }
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  });
}
