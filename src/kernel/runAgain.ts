/**
 * Restarts after which JupyterLab runs cells again from the first one on: they begin like a fresh kernel.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { CommandRegistry } from '@lumino/commands';

import type { IPlotModels } from '../tokens';
import { setNextRestore } from './api';

/** JupyterLab's commands that restart a kernel and run cells; those of its menus are made of others. */
export const RUN_AGAIN: ReadonlySet<string> = new Set([
  'runmenu:restart-and-run-all',
  'notebook:restart-run-all',
  'notebook:restart-and-run-to-selected'
]);

/**
 * Announce each such command to the server before the restart, and withdraw it where none happens.
 *
 * The signal comes when the command has begun: a dialog is open then, or the
 * request for the restart is on its way, and no new process has begun.
 */
export function followRunAgain(
  commands: CommandRegistry,
  models: IPlotModels,
  settings: ServerConnection.ISettings
): void {
  commands.commandExecuted.connect((_, { id, result }) => {
    const kernelId = models.find()?.kernelId;
    if (!RUN_AGAIN.has(id) || !kernelId) {
      return;
    }
    const announcement = announce(settings, kernelId, 'none');
    const takeBack = () =>
      void announcement.then(() => announce(settings, kernelId, 'auto'));
    result.then(takeBack, takeBack);
  });
}

/** Announce `next`; a server or kernel that is gone restores nothing anyway. */
async function announce(
  settings: ServerConnection.ISettings,
  kernelId: string,
  next: 'auto' | 'none'
): Promise<void> {
  try {
    await setNextRestore(settings, kernelId, next);
  } catch {
    return;
  }
}
