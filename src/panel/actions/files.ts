/**
 * Figures that leave the page: as files, and by the clipboard.
 */
import type { ICard } from '../cards';

/** Return a name for the file of a figure of a notebook: inline, the number alone does not identify one. */
export function fileName(
  path: string,
  { label, names, number }: Pick<ICard, 'label' | 'names' | 'number'>,
  format: string
): string {
  const notebook = path
    .split('/')
    .pop()!
    .replace(/\.[^.]*$/, '');
  const name = label || names[0];
  const figure = number || !name ? `figure-${number || ''}` : '';
  const parts = [notebook, figure, name ?? ''].map(plain).filter(Boolean);
  return `${parts.join('-')}.${format}`;
}

/** Return names without duplicates, by adding numbers to repeated ones. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    const [, stem, suffix] = /^(.*?)(\.[^.]*)?$/.exec(name)!;
    let result = name;
    for (let count = 2; taken.has(result); count++) {
      result = `${stem}-${count}${suffix ?? ''}`;
    }
    taken.add(result);
    return result;
  });
}

/** Save a file through the browser. */
export function download(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken the content when the click is over.
  window.setTimeout(() => URL.revokeObjectURL(link.href));
}

/**
 * Copy a picture to the clipboard; return whether the browser allows it.
 *
 * @param picture - a promise, because the browser requires the call at the
 * moment of the click
 */
export async function copyPicture(picture: Promise<Blob>): Promise<boolean> {
  if (typeof ClipboardItem === 'undefined' || !navigator.clipboard?.write) {
    return false;
  }
  const item = new ClipboardItem({ 'image/png': picture });
  try {
    await navigator.clipboard.write([item]);
    return true;
  } catch {
    await picture; // what went wrong with the picture itself is for the caller
    return false;
  }
}

/** Return what an address of the page shows as a PNG; null when it shows no picture. */
export async function asPng(src: string): Promise<Blob | null> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
  } catch {
    return null;
  }
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return new Promise(resolve => canvas.toBlob(resolve));
}

/** Return a text as a part of a file name. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
}
