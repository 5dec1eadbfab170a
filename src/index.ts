/**
 * The plugins of the page: they only connect what the other modules provide.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { PlotModels } from './kernel/plotModels';
import { followRunAgain } from './kernel/runAgain';
import { NotebookPlots } from './notebook/notebookPlots';
import { PlotPanels } from './outputs/plotPanels';
import { addPanelCommands } from './panel/actions/commands';
import { Exporter } from './panel/actions/exporter';
import { PALETTE, PanelCommandIDs } from './panel/actions/ids';
import { addShowCommand } from './panel/actions/showCommand';
import { openFigure } from './panel/figureTab';
import { NotebookFigures } from './panel/notebookFigures';
import { PanelModel } from './panel/panelModel';
import { PlotsPanel } from './panel/plotsPanel';
import type { IConsole, PlotPanel } from './tokens';
import { IPlotModels } from './tokens';
import { PlotBadge } from './ui/badge';
import { CommandIDs, addCommands, pressBadge, restore } from './ui/commands';
import { commandCategory } from './ui/commandTexts';
import { explain } from './ui/messages';
import { leftSomethingOut, notify, notifyError } from './ui/notifications';
import { followSettings } from './ui/settings';

const translations = (translator: ITranslator | null): TranslationBundle =>
  (translator ?? nullTranslator).load('jupyter_mpl_guard');

const models: JupyterFrontEndPlugin<IPlotModels> = {
  id: 'jupyter-mpl-guard:models',
  description: 'Follows the plots of each notebook’s kernel over its restarts.',
  autoStart: true,
  provides: IPlotModels,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    return new PlotModels(new PlotPanels(tracker), error =>
      explain(error, trans)
    );
  }
};

const settings: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:settings',
  description: 'Applies the settings.',
  autoStart: true,
  requires: [ISettingRegistry, IPlotModels],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry,
    models: IPlotModels,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    const onError = (error: unknown) => {
      notifyError(explain(error, trans));
    };
    registry.load(settings.id).then(loaded => {
      followSettings(loaded, {
        preferences: models.preferences,
        serverSettings: app.serviceManager.serverSettings,
        onError,
        onChange: () => models.touch()
      });
    }, onError);
  }
};

const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:commands',
  description: 'Adds the commands to palette and menus.',
  autoStart: true,
  requires: [IPlotModels],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IPlotModels,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    addCommands(app.commands, models, trans);
    followRunAgain(app.commands, models, app.serviceManager.serverSettings);
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: commandCategory(trans) });
    }
  }
};

const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:notifications',
  description: 'Notifies of what a restore after a restart left out.',
  autoStart: true,
  requires: [IPlotModels],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IPlotModels,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    models.outcome.connect((_, { model, state }) => {
      if (models.preferences.notify && leftSomethingOut(state)) {
        notify(model, trans);
      }
    });
  }
};

const badge: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:badge',
  description: 'Adds the badge to the toolbars of notebooks and consoles.',
  autoStart: true,
  requires: [IToolbarWidgetRegistry, IPlotModels],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    toolbars: IToolbarWidgetRegistry,
    models: IPlotModels,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    const badgeOf = (panel: PlotPanel) =>
      new PlotBadge(
        models.of(panel),
        model => void pressBadge(app.commands, model, trans),
        trans
      );
    toolbars.addFactory<NotebookPanel>('Notebook', 'mplGuard', badgeOf);
    toolbars.addFactory<IConsole>('ConsolePanel', 'mplGuard', panel => {
      models.panels.add(panel);
      return badgeOf(panel);
    });
  }
};

const outputs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:outputs',
  description:
    'Draws restored canvases in their place, shows pictures of dead ones, and marks stale plots.',
  autoStart: true,
  requires: [IPlotModels],
  optional: [IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IPlotModels,
    store: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    const follow = (panel: PlotPanel) => {
      plots.add(panel, models.of(panel));
    };
    const plots = new NotebookPlots(models, {
      shell: app.shell,
      store,
      restore: (model, figures) => {
        const { kernelId } = model;
        void (figures?.length === 1
          ? app.commands.execute(PanelCommandIDs.restore, {
              kernelId,
              figure: figures[0]
            })
          : restore(model, figures ?? 'all', trans));
      },
      trans
    });
    models.panels.forEach(follow);
    models.panels.widgetAdded.connect((_, panel) => follow(panel));
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mpl-guard:panel',
  description: 'Adds the panel with the figures of the current notebook.',
  autoStart: true,
  requires: [IPlotModels],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IPlotModels,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = translations(translator);
    const { commands, serviceManager, shell } = app;
    const { serverSettings } = serviceManager;
    const explainHere = (error: unknown) => explain(error, trans);
    const common = { models, serverSettings, shell };
    const model = new PanelModel({ ...common, explain: explainHere });
    const widget = new PlotsPanel(model, commands, trans);
    const follow = (panel: PlotPanel) =>
      new NotebookFigures({
        panel,
        plots: models.of(panel),
        serverSettings,
        shell
      });
    addShowCommand(commands, shell, widget, trans);
    addPanelCommands(commands, {
      ...common,
      explain: explainHere,
      exporter: new Exporter({
        serverSettings,
        srcOf: ({ id }) => model.figures?.pictures.get(id) ?? '',
        trans
      }),
      model,
      openFigure: (panel, card) =>
        openFigure(shell, { card, follow, panel, trans }),
      trans
    });
    shell.add(widget, 'right', { rank: 850, type: 'Plots' });
    restorer?.add(widget, widget.id);
    app.contextMenu.menu.aboutToClose.connect(() => widget.menuClosed());
    for (const command of PALETTE) {
      palette?.addItem({ command, category: commandCategory(trans) });
    }
  }
};

export default [
  models,
  settings,
  commands,
  notifications,
  badge,
  outputs,
  panel
];
