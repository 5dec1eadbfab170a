/**
 * A section of the panel with a heading that opens and closes it, and the buttons in it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect, useId, useRef, useState } from 'react';

import type { PanelModel } from './panelModel';

/** Properties of a section. */
export interface ISectionProps {
  readonly commands: CommandRegistry;
  readonly model: PanelModel;
  readonly trans: TranslationBundle;
}

/**
 * Shows what it contains while it is open, and scrolls there when it is opened.
 *
 * Content that a command has asked for, and that is not there yet, opens it too.
 */
export function Section(props: {
  readonly children: React.ReactNode;
  readonly hint?: string;
  readonly isLoading?: boolean;
  readonly isOpenFirst?: boolean;
  readonly name: string;
  readonly title: string;
}): JSX.Element {
  const { children, hint, isLoading, isOpenFirst = false, name, title } = props;
  const [isOpen, setOpen] = useState(isOpenFirst);
  const section = useRef<HTMLElement>(null);
  const isShown = useRef(isOpenFirst);
  useEffect(() => {
    if (isLoading) {
      setOpen(true);
    }
  }, [isLoading]);
  useEffect(() => {
    if (isOpen && (isLoading || !isShown.current)) {
      section.current!.scrollIntoView({ block: 'nearest' });
    }
    isShown.current = isOpen && !isLoading;
  }, [isLoading, isOpen]);
  const id = useId();
  const Caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <section ref={section} className="jp-MplGuard-section" data-section={name}>
      <h3>
        <button
          type="button"
          aria-controls={id}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Caret.react className="jp-MplGuard-icon" tag="span" />
          {title}
          {hint ? <span className="jp-MplGuard-hintText">{hint}</span> : null}
        </button>
      </h3>
      <div id={id} hidden={!isOpen}>
        {isOpen ? children : null}
      </div>
    </section>
  );
}

/** Properties of a button that calls a command. */
export interface IButtonProps extends ISectionProps {
  readonly id: string;
  readonly label?: string;
}

/** Return the attributes of a button that calls a command. */
export function calling({
  commands,
  id
}: IButtonProps): React.ComponentProps<'button'> {
  return {
    type: 'button',
    disabled: !commands.isEnabled(id),
    onClick: () => void commands.execute(id),
    ...{ 'data-command': id }
  };
}

/** A button with a word. */
export function WordButton(
  props: IButtonProps & {
    readonly isFirst?: boolean;
    /** Whether it does nothing now; one that is disabled cannot keep the keyboard focus. */
    readonly isBusy?: boolean;
  }
): JSX.Element {
  const { isBusy, isFirst, label } = props;
  return (
    <button
      {...calling(props)}
      className="jp-MplGuard-button"
      aria-disabled={isBusy}
      data-first={isFirst}
    >
      {label}
    </button>
  );
}
