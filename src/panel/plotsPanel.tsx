/**
 * The panel "Plots" in the right area.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { plotsIcon } from '../ui/icons';
import { panelTexts } from '../ui/panelTexts';
import { FigureList } from './figureList';
import { Missing, Problems } from './findings';
import { Empty, Head, Offer, Tools } from './head';
import type { PanelModel } from './panelModel';
import { Settings } from './settingsSection';

/** The id of the panel. */
const ID = 'mpl-guard-plots';

/** How much a turn of the wheel changes the size of the pictures. */
const TURN = 1.15;

/** Shows the figures of the current notebook, and does nothing while it is not visible. */
export class PlotsPanel extends VDomRenderer<PanelModel> {
  /** Show `model`, whose buttons call `commands`. */
  constructor(
    model: PanelModel,
    commands: CommandRegistry,
    trans: TranslationBundle
  ) {
    super(model);
    this._commands = commands;
    this._trans = trans;
    const { title } = panelTexts(trans);
    this.id = ID;
    this.addClass('jp-MplGuard-plots');
    this.title.icon = plotsIcon;
    this.title.caption = title;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', title);
    commands.commandChanged.connect(this._onCommandChanged, this);
  }

  /** Whether the next activation leaves the keyboard focus where it is. */
  keepFocus = false;

  /** Stop following. */
  override dispose(): void {
    if (!this.isDisposed) {
      this._commands.commandChanged.disconnect(this._onCommandChanged, this);
      this.model.dispose();
      super.dispose();
    }
  }

  /** Zoom when the wheel is turned with the control key; note that the list is scrolled, or a menu is opened here. */
  handleEvent(event: Event): void {
    const { ctrlKey, deltaY } = event as WheelEvent;
    if (event.type === 'contextmenu') {
      this._hasMenu = true;
    } else if (event.type === 'scroll') {
      this.model.figures?.pictures.rest();
    } else if (ctrlKey) {
      event.preventDefault();
      this.model.zoom(this.model.size * (deltaY < 0 ? TURN : 1 / TURN));
    }
  }

  /**
   * Restore the keyboard focus from a menu that was opened here, before the
   * chosen command runs: a dialog gives the focus back to what had it.
   */
  menuClosed(): void {
    if (this._hasMenu) {
      this._hasMenu = false;
      this._wantsFocus = true;
      this._focus();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('contextmenu', this);
    this.node.addEventListener('scroll', this, { passive: true });
    this.node.addEventListener('wheel', this, { passive: false });
    this.model.watch(this.isVisible);
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('contextmenu', this);
    this.node.removeEventListener('scroll', this);
    this.node.removeEventListener('wheel', this);
    if (!this.isDisposed) {
      this.model.watch(false);
    }
    super.onBeforeDetach(message);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.watch(true);
  }

  protected override onBeforeHide(message: Message): void {
    this.model.watch(false);
    super.onBeforeHide(message);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._wantsFocus = !this.keepFocus;
    this.keepFocus = false;
    this.update();
  }

  protected override onUpdateRequest(message: Message): void {
    if (this.model.isWatching) {
      const { activeElement } = document;
      const hadFocus = this.node.contains(activeElement);
      super.onUpdateRequest(message);
      void this.renderPromise?.then(() => {
        // A card or a button that had the focus may be gone.
        const isLost = hadFocus && document.activeElement === document.body;
        this._wantsFocus ||= isLost;
        this._focus(isLost ? (activeElement as HTMLElement) : null);
      });
    }
  }

  protected override render(): JSX.Element | null {
    const { model } = this;
    if (!model.isWatching) {
      return null;
    }
    const props = {
      commands: this._commands,
      model,
      trans: this._trans
    };
    return (
      <>
        <Head {...props} />
        <Offer {...props} />
        {model.cards.length ? (
          <>
            <Tools {...props} />
            <FigureList {...props} />
          </>
        ) : (
          <Empty {...props} />
        )}
        <Missing {...props} />
        <Settings {...props} />
        <Problems {...props} />
      </>
    );
  }

  /**
   * Move the keyboard focus, if that was asked for, to the button in place of a
   * lost one, else to the selected figure, or what says that there is none.
   */
  private _focus(lost?: HTMLElement | null): void {
    if (!this._wantsFocus || this.isDisposed) {
      return;
    }
    const find = (selector: string) =>
      this.node.querySelector<HTMLElement>(selector);
    const target =
      find(`[data-command="${lost?.dataset.command}"]:enabled`) ??
      find('[role=option][tabindex="0"], .jp-MplGuard-empty');
    target?.focus();
    this._wantsFocus = !target;
  }

  /** Show which commands have something to act on now. */
  private _onCommandChanged(
    sender: CommandRegistry,
    { id }: CommandRegistry.ICommandChangedArgs
  ): void {
    if (this.model.isWatching && id?.startsWith('mpl-guard:')) {
      this.update();
    }
  }

  private readonly _commands: CommandRegistry;
  private readonly _trans: TranslationBundle;
  private _hasMenu = false;
  private _wantsFocus = false;
}
