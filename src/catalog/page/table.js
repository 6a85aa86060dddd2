// The examples' table of catalog.html: sorted, filtered and shown ten rows at first. Every row is in the page already; without this
// script they are all shown.
(() => {
  const AT_FIRST = 10;
  const MORE = 25;
  const table = document.getElementById('examples-table');
  const body = table?.querySelector('tbody');
  if (!body) return;
  const rows = Array.from(body.rows);
  const filter = document.getElementById('examples-filter');
  const more = document.getElementById('examples-more');
  const status = document.getElementById('examples-status');
  const heads = Array.from(table.querySelectorAll('th[aria-sort]'));
  let room = AT_FIRST;

  const numberOf = (row, key) => Number(row.dataset[key]);

  function show() {
    const wanted = filter?.value ?? '';
    const fitting = rows.filter((row) => wanted === '' || row.dataset.label === wanted);
    const shown = new Set(fitting.slice(0, room));
    for (const row of rows) row.hidden = !shown.has(row);
    status.textContent = `${shown.size} of ${fitting.length} shown`;
    more.hidden = shown.size === fitting.length;
  }

  function sortBy(head) {
    const key = head.dataset.key;
    const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    for (const other of heads) other.setAttribute('aria-sort', 'none');
    head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
    rows.sort(
      (a, b) =>
        direction * (numberOf(a, key) - numberOf(b, key)) || numberOf(a, 'index') - numberOf(b, 'index'),
    );
    body.append(...rows);
    show();
  }

  for (const head of heads) head.querySelector('button').addEventListener('click', () => sortBy(head));
  filter?.addEventListener('change', () => {
    room = AT_FIRST;
    show();
  });
  more.addEventListener('click', () => {
    const before = room;
    room += MORE;
    show();
    // Where the button goes, the focus goes to the first row that came.
    const shown = rows.filter((row) => !row.hidden);
    if (more.hidden) shown[before]?.focus();
  });
  for (const element of document.querySelectorAll('#examples .controls, #examples .more'))
    element.hidden = false;
  show();
})();
