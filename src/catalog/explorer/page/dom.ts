/** What an element is made with: attributes; a function is a listener of the event of that name. */
type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

/** A new element with its attributes, where it has some. Texts, among them those of a data set, become text and never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  first?: Attributes | Node | string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (typeof first === 'string' || first instanceof Node) made.append(first);
  else
    for (const [key, value] of Object.entries(first ?? {})) {
      if (typeof value === 'function') made.addEventListener(key, value);
      else if (typeof value === 'boolean') made.toggleAttribute(key, value);
      else made.setAttribute(key, String(value));
    }
  made.append(...children);
  return made;
}

/** Selects, buttons and the like in a line. */
export function controls(...children: readonly (Node | string)[]): HTMLElement {
  return element('div', { class: 'controls' }, ...children);
}

/** The element of this id, which the page has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}

/** A select with its label; `choices` are values with their texts. */
export function choice(
  label: string,
  choices: Iterable<readonly [value: string, text: string]>,
  onChange: (value: string) => void,
): { field: HTMLElement; select: HTMLSelectElement } {
  const select = element('select', { change: () => onChange(select.value) });
  for (const [value, text] of choices) select.append(element('option', { value }, text));
  return { field: element('label', label, select), select };
}

/** A canvas of this size, and what draws on it. */
export function drawing(
  width: number,
  height: number,
): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = element('canvas', { width, height });
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser draws no canvas');
  return { canvas, context };
}

/** A whole number with commas. */
export function whole(count: number): string {
  return count.toLocaleString('en-US');
}
