/**
 * Outputs as a notebook's document has them.
 */
import type { PartialJSONObject } from '@lumino/coreutils';
import { OutputModel } from '@jupyterlab/rendermime';

import { WIDGET_VIEW_MIMETYPE } from '../../outputs/plotMime';

/** The markup that ipympl writes around its picture. */
export const MARKUP = `
            <div style="display: inline-block;">
                <div class="jupyter-widgets widget-label" style="text-align: center;">
                    Figure 7
                </div>
                <img src='data:image/png;base64,iVBORw0KGgo${'A'.repeat(5000)}' width=640.0/>
            </div>
        `;

/** An output with some data. */
export function output(
  data: PartialJSONObject,
  metadata: PartialJSONObject = {}
): OutputModel {
  return new OutputModel({
    value: { output_type: 'display_data', data, metadata },
    trusted: true
  });
}

/** The output of an ipympl canvas, with some of its data changed. */
export function canvas(
  changes: PartialJSONObject = {},
  metadata: PartialJSONObject = {}
): OutputModel {
  return output(
    {
      'text/plain': "Canvas(toolbar=Toolbar(toolitems=[('Home', 'Reset…",
      'text/html': MARKUP,
      'image/png': 'iVBORw0KGgo',
      [WIDGET_VIEW_MIMETYPE]: { model_id: 'c1', version_major: 2 },
      ...changes
    },
    metadata
  );
}
