/**
 * The commands of the panel; its buttons and menus call nothing else.
 */
import type { CommandRegistry } from '@lumino/commands';

import { addFigureCommands } from './figureCommands';
import { PanelCommandIDs } from './ids';
import { addNotebookCommands } from './notebookCommands';
import type { IPanelCommandOptions } from './target';

/** Add the commands about figures and settings; they live as long as the application. */
export function addPanelCommands(
  commands: CommandRegistry,
  options: IPanelCommandOptions
): void {
  addFigureCommands(commands, options);
  addNotebookCommands(commands, options);
  const { model, models } = options;
  const refresh = () => {
    for (const id of Object.values(PanelCommandIDs)) {
      if (commands.hasCommand(id)) {
        commands.notifyCommandChanged(id);
      }
    }
  };
  models.changed.connect(refresh);
  model.stateChanged.connect(refresh);
}
