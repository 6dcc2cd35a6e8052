// What the field app uses of Preact; the file itself comes minified and without types.
export function h(type: any, props?: any, ...children: any[]): any;
export function render(what: any, into: Element): void;
export const Fragment: any;
