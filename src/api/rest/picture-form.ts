import type { Metric } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import { png, pngForm } from '../../formats/chart/png.ts';
import { pictureForm, svg } from '../../formats/chart/svg.ts';
import type { Form } from '../../formats/form.ts';
import {
  PICTURE_OPTIONS,
  pictureName,
  pictureOptions,
  type PictureOptions,
  type PictureTexts,
} from '../../formats/picture-options.ts';

/** Makes a form of a picture with options. */
const PICTURES: ReadonlyMap<Form, (options: PictureOptions) => Form> = new Map<
  Form,
  (options: PictureOptions) => Form
>([
  [svg, pictureForm],
  [png, pngForm],
]);

/**
 * Applies the options of pictures to a form.
 * @throws Problem for options of pictures if the form isn't a picture
 */
export function withPictureOptions(
  asked: { form: Form; formName: string },
  metric: Metric,
  options: PictureTexts,
): { form: Form; formName: string } {
  const parameter = PICTURE_OPTIONS.find((name) => options[name] !== undefined);
  if (parameter === undefined) return asked;
  const formOf = PICTURES.get(asked.form);
  if (!formOf)
    throw invalidParameter(
      parameter,
      `${parameter} is an option of pictures; the form is ${asked.formName}`,
      ['format=svg', 'format=png'],
    );
  if (options.size !== undefined && asked.form === svg)
    throw invalidParameter('size', 'An SVG picture has no size of its own: it is scaled.', ['format=png']);
  const wanted = pictureOptions(metric, options);
  return { form: formOf(wanted), formName: `${asked.formName} ${pictureName(wanted)}` };
}
