/**
 * The pictures of figures, from the cheapest source that has them.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { getPicture } from '../../kernel/figuresApi';
import { isAlive } from '../../kernel/figureStatus';
import type { PlotPanel } from '../../tokens';
import type { ICard } from '../cards';
import { LiveCanvases } from './liveCanvases';

/** How many pictures are fetched at the same time; the others wait. A kernel draws them one after the other. */
const AT_ONCE = 2;

/** How often a kernel is asked to draw a picture that it may have been too busy for. */
const TRIES = 5;

/** How long the list has to rest until pictures are looked for, in milliseconds. */
const REST = 100;

/** What is known of the picture of one figure. */
interface IEntry {
  /** Its address; empty when there is none, null while that is not known. */
  src: string | null;
  /** Whether the page has made the address, and has to revoke it. */
  isOwn: boolean;
  /** What the figure was like when the picture was looked for. */
  key: string;
  /** Whether it was not found, and the kernel may still draw it once it is idle. */
  isMissing: boolean;
  /** How often the kernel was to draw it, and was found busy. */
  tries: number;
}

/**
 * Keeps the picture of each figure that somebody looks at.
 *
 * What the page shows already costs nothing: the frame of a living canvas, the
 * image in an output. Then comes the picture that the server keeps, last the
 * one that a canvas was saved with. Nothing is looked for until it is asked for.
 */
export class Pictures implements IDisposable {
  /** Begin without pictures. */
  constructor(options: Pictures.IOptions) {
    this._options = options;
    this._canvases = new LiveCanvases(options.panel, (canvas, frame) => {
      this._onFrame(canvas, frame);
    });
  }

  /** Emitted with the id of a figure that has another picture. */
  get changed(): ISignal<this, string> {
    return this._changed;
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Return the address of the picture of a figure; empty when there is none, null while that is not known. */
  get(id: string): string | null {
    return this._entries.get(id)?.src ?? null;
  }

  /** Bring the picture of a figure up to date; cheap when it is. */
  ask(card: ICard): void {
    const page = this._options.pageOf(card);
    const key = [
      card.state,
      card.bytes,
      card.canvas,
      this._drawings.get(card.id) ?? 0,
      page.length
    ].join();
    const entry = this._entries.get(card.id);
    const isLater = entry?.isMissing && this._options.isIdle();
    if (entry?.key === key && !isLater && (!page || page === entry.src)) {
      return;
    }
    const next = {
      isOwn: false,
      ...entry,
      src: entry?.src || null,
      key,
      isMissing: false,
      tries: entry?.key === key ? entry.tries : 0
    };
    this._entries.set(card.id, next);
    if (page) {
      this._set(card.id, page, false);
    } else {
      this._waiting.set(card.id, card);
      this._next();
    }
  }

  /** Stop waiting for the picture of a figure that nobody looks at any more; it is looked for when asked again. */
  cancel(id: string): void {
    const entry = this._entries.get(id);
    if (entry && this._waiting.delete(id)) {
      entry.key = '';
      if (!entry.src) {
        this._entries.delete(id);
      }
    }
  }

  /** Look for no more pictures for a moment: the list is being scrolled, and most figures are only passed by. */
  rest(): void {
    window.clearTimeout(this._resting);
    this._resting = window.setTimeout(() => {
      this._resting = 0;
      this._next();
    }, REST);
  }

  /**
   * Call a function when the figure of an id has another picture.
   *
   * @returns a function that ends this
   */
  follow(id: string, onChanged: () => void): () => void {
    const followers = this._followers.get(id) ?? new Set();
    this._followers.set(id, followers.add(onChanged));
    return () => {
      followers.delete(onChanged);
    };
  }

  /** Mark the pictures of figures that were drawn again as outdated. */
  outdate(figures: readonly (string | null)[]): void {
    for (const id of figures) {
      if (id !== null) {
        this._drawings.set(id, (this._drawings.get(id) ?? 0) + 1);
      }
    }
  }

  /** Discard the pictures of all other figures, and update those of `cards` that were asked for. */
  keep(cards: readonly ICard[]): void {
    const kept = new Map(cards.map(card => [card.id, card]));
    for (const id of [...this._entries.keys()]) {
      const card = kept.get(id);
      if (card) {
        this.ask(card);
      } else {
        this._set(id, null, false);
        this._entries.delete(id);
        this._waiting.delete(id);
      }
    }
  }

  /** Release the resources of the pictures. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._resting);
    this._canvases.dispose();
    Signal.clearData(this);
    this._followers.clear();
    this.keep([]);
  }

  /** Look for the next pictures, a few at the same time. */
  private _next(): void {
    for (const [id, card] of this._waiting) {
      if (this._busy >= AT_ONCE || this._resting) {
        return;
      }
      this._waiting.delete(id);
      this._busy += 1;
      void this._find(card).finally(() => {
        this._busy -= 1;
        this._next();
      });
    }
  }

  private async _find(card: ICard): Promise<void> {
    if (card.canvas && isAlive(card.state)) {
      this._shown.set(card.canvas, card.id);
      if (await this._canvases.follow(card.canvas)) {
        return; // its frame comes
      }
    }
    const isDrawable = isAlive(card.state);
    const mayDraw = isDrawable && this._options.isIdle();
    const picture = await this._fetch(card, mayDraw);
    const entry = this._entries.get(card.id);
    if (this.isDisposed || !entry) {
      return;
    }
    if (picture) {
      this._set(card.id, URL.createObjectURL(picture), true);
      return;
    }
    // It draws one after the other: another request may have been faster.
    const isRefused = mayDraw && !this._options.isIdle();
    entry.tries += isRefused ? 1 : 0;
    entry.isMissing =
      isDrawable && (!mayDraw || (isRefused && entry.tries < TRIES));
    if (!entry.src) {
      const none = entry.isMissing ? null : '';
      this._set(card.id, this._options.savedOf(card) || none, false);
    }
  }

  private async _fetch(card: ICard, mayDraw: boolean): Promise<Blob | null> {
    const { kernelId, serverSettings } = this._options;
    const kernel = kernelId();
    try {
      return kernel
        ? await getPicture(serverSettings, kernel, card.id, mayDraw)
        : null;
    } catch {
      return null; // the badge says what is wrong with the server
    }
  }

  private _onFrame(canvas: string, frame: Blob): void {
    const id = this._shown.get(canvas);
    if (id !== undefined && this._entries.has(id)) {
      this._set(id, URL.createObjectURL(frame), true);
    }
  }

  private _set(id: string, src: string | null, isOwn: boolean): void {
    const entry = this._entries.get(id);
    if (!entry || entry.src === src) {
      return;
    }
    if (entry.isOwn) {
      URL.revokeObjectURL(entry.src!);
    }
    entry.src = src;
    entry.isOwn = isOwn;
    this._followers.get(id)?.forEach(onChanged => onChanged());
    this._changed.emit(id);
  }

  private _busy = 0;
  private readonly _canvases: LiveCanvases;
  private _changed = new Signal<this, string>(this);
  /** Counts how often each figure was drawn. */
  private readonly _drawings = new Map<string, number>();
  private readonly _entries = new Map<string, IEntry>();
  private readonly _followers = new Map<string, Set<() => void>>();
  private _isDisposed = false;
  private readonly _options: Pictures.IOptions;
  /** The timer that runs while no more pictures are looked for; 0 when it does not. */
  private _resting = 0;
  /** The figures of the canvases that are followed. */
  private readonly _shown = new Map<string, string>();
  private readonly _waiting = new Map<string, ICard>();
}

/** The types of pictures. */
export namespace Pictures {
  /** The options of pictures. */
  export interface IOptions {
    /** Returns the id of the kernel; empty when there is none. */
    readonly kernelId: () => string;
    /** Returns whether the kernel answers at once. */
    readonly isIdle: () => boolean;
    /** Returns the picture of a figure that the page shows; empty when it shows none. */
    readonly pageOf: (card: ICard) => string;
    /** The notebook whose widgets the canvases are. */
    readonly panel: PlotPanel;
    /** Returns the picture that a figure was saved with in the notebook; empty when there is none. */
    readonly savedOf: (card: ICard) => string;
    /** The server that keeps pictures. */
    readonly serverSettings: ServerConnection.ISettings;
  }
}
