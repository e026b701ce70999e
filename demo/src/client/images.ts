import { IMAGE_MAX, IMAGE_TYPES } from "../../shared/limits.mjs";

/** What is wrong with a chosen file, as a sentence; undefined if nothing is. */
export function refuseImage(file: File): string | undefined {
  if (!IMAGE_TYPES.includes(file.type)) return `“${file.name}” is not an image that can be sent. PNG, JPEG, GIF, WebP and AVIF can.`;
  if (file.size === 0) return `“${file.name}” is empty.`;
  if (file.size > IMAGE_MAX) return `“${file.name}” has ${formatBytes(file.size)}; an image may have ${formatBytes(IMAGE_MAX)} at most.`;
  return undefined;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
