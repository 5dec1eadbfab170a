/**
 * The names that `src/internals` depends on, in the versions that are installed.
 *
 * A test fails here when a new version of a library does not have a name any
 * more. What is lost then, and what happens instead, stands beside the name.
 */
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { plot } from '../support/plots';
import { expect, test } from '../support/labTest';

test('ipywidgets and ipympl have the names that the page depends on', async ({
  notebook
}) => {
  await notebook.run(plot());
  await expect(notebook.canvas()).toBeVisible();
  const missing = () =>
    notebook.page.evaluate(async () => {
      const { content, sessionContext } = window.jupyterapp.shell
        .currentWidget as NotebookPanel;
      const cell = content.widgets[0] as CodeCell;

      /* eslint-disable @typescript-eslint/no-explicit-any */
      const [item] = cell.outputArea.widgets as any[];
      const renderer = item.widgets.find(
        (each: object) => 'renderModel' in each
      );
      const manager = await renderer._manager?.promise;
      const [view] = renderer.widgets.map((each: any) => each._view);
      const model = view?.model;
      const kernel = sessionContext.session!.kernel as any;
      /* eslint-enable @typescript-eslint/no-explicit-any */

      const names: Record<string, boolean> = {
        'mimeType of a renderer': typeof renderer.mimeType === 'string',
        '_manager of a renderer': !!manager,
        'restored of a manager': !!manager?.restored?.connect,
        'restoredStatus of a manager': manager?.restoredStatus === true,
        'restoreWidgets of a manager': !!manager?.restoreWidgets,
        '_view of a widget': !!view,
        'luminoWidget of a view': !!view?.luminoWidget,
        'options of a view': !!view?.options,
        'views of a model': Object.values(model?.views ?? {}).length === 1,
        _model_name: model?.get('_model_name') === 'MPLCanvasModel',
        'jsServicesComm of a comm': !!model?.comm?.jsServicesComm,
        '_cleanSubshells of a comm':
          !!model?.comm?.jsServicesComm?._cleanSubshells,
        '_comms of a kernel': !!kernel._comms?.get(model?.model_id)?.dispose,
        'toolbar of a canvas': model?.get('toolbar')?.comm_live === true,
        'layout of a canvas': model?.get('layout')?.comm_live === true,
        'image of a canvas': model?.image instanceof HTMLImageElement,
        'offscreen_canvas of a canvas':
          model?.offscreen_canvas instanceof HTMLCanvasElement,
        'handle_binary of a canvas': !!model?.handle_binary,
        'jp-Cell': !!cell.node.closest('.jp-Cell'),
        'jp-OutputArea-output': !!item.node.querySelector(
          ':scope > .jp-OutputArea-output'
        )
      };
      return Object.keys(names).filter(name => !names[name]);
    });
  // The manager says that it has restored its widgets a moment after they show.
  await expect.poll(missing).toEqual([]);
});

test('ipywidgets shows an error in the way that the page depends on', async ({
  notebook
}) => {
  await notebook.run(
    `display({'text/plain': 'VBox()', 'application/vnd.jupyter.widget-view+json':
         {'model_id': 'none', 'version_major': 2, 'version_minor': 0}}, raw=True)`
  );
  await expect(notebook.outputs(0)).toContainText('model not found');
  await expect(notebook.outputs(0)).toHaveClass(/jupyter-widgets/);
});

test('a manager forgets a model whose comm was closed', async ({
  notebook
}) => {
  await notebook.run(plot());
  await expect(notebook.canvas()).toBeVisible();
  const has = await notebook.page.evaluate(async () => {
    const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { outputArea } = content.widgets[0] as CodeCell;

    /* eslint-disable @typescript-eslint/no-explicit-any */
    const [item] = outputArea.widgets as any[];
    const renderer = item.widgets.find((each: object) => 'renderModel' in each);
    const manager = await renderer._manager.promise;
    const { model } = renderer.widgets[0]._view;
    /* eslint-enable @typescript-eslint/no-explicit-any */

    const before = manager.has_model(model.model_id);
    model.trigger('comm:close');
    return [before, manager.has_model(model.model_id)];
  });
  expect(has).toEqual([true, false]);
});

test('JupyterLab has the names that views of outputs are found by', async ({
  notebook,
  page
}) => {
  await notebook.run('print(1)');
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:create-output-view')
  );
  await expect(page.locator('.jp-LinkedOutputView')).toBeVisible();
  const areas = await page.evaluate(() => {
    const { shell } = window.jupyterapp;
    return [...shell.widgets('main')]
      .flatMap(place => [place, ...place.children()])
      .filter(view => view.id.startsWith('LinkedOutputView-'))
      .flatMap(view => [...view.children()])
      .filter(child => 'outputTracker' in child && 'rendermime' in child)
      .length;
  });
  expect(areas).toBe(1);
  expect(
    await page.evaluate(() => 'layoutModified' in window.jupyterapp.shell)
  ).toBe(true);
});
