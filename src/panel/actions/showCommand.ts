/**
 * The command that opens and closes the panel.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';

import { plotsIcon } from '../../ui/icons';
import { panelCommandTexts } from '../../ui/panelTexts';
import { PanelCommandIDs } from './ids';

/**
 * Add the command that opens and closes the panel.
 *
 * With `reveal` the panel is opened in any case, and the focus stays where it is.
 */
export function addShowCommand(
  commands: CommandRegistry,
  shell: JupyterFrontEnd.IShell & { collapseRight?: () => void },
  widget: Widget & { keepFocus: boolean },
  trans: TranslationBundle
): void {
  commands.addCommand(PanelCommandIDs.show, {
    ...panelCommandTexts(trans).show,
    icon: plotsIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          reveal: {
            type: 'boolean',
            description:
              'Whether the panel is opened in any case, without the keyboard focus'
          }
        }
      }
    },
    isToggleable: true,
    isToggled: () => widget.isVisible,
    execute: ({ reveal }) => {
      if (!widget.isVisible) {
        widget.keepFocus = reveal === true;
        shell.activateById(widget.id);
      } else if (reveal !== true) {
        shell.collapseRight?.();
      }
      commands.notifyCommandChanged(PanelCommandIDs.show);
    }
  });
}
