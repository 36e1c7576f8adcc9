'use strict';
// Draws the page from the JSON that it holds: bars and plots by Chart.js, the rest as HTML.

(() => {
  const page = JSON.parse(document.getElementById('page').textContent);
  const narrow = window.matchMedia('(max-width: 600px)');
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const charts = [];
  const canvases = [];

  const colour = name =>
    getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const seriesColour = i => {
    const all = colour('series').split(' ');
    return all[i % all.length];
  };

  /** One pass has one colour in every chart, and so has one library. */
  const passes = ['forward', 'backward input', 'backward weights', 'step', 'update', 'loss',
    'loss gradient'];
  const libraries = [];
  const colourOf = (name, i) =>
    seriesColour(passes.includes(name) ? passes.indexOf(name) : i);
  const barColour = name => {
    if (!passes.includes(name) && !libraries.includes(name)) {
      libraries.push(name);
    }
    return colourOf(name, libraries.indexOf(name));
  };

  function element(name, text, ...children) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) {
      made.textContent = text;
    }
    made.append(...children);
    return made;
  }

  /** A number as people read it: four digits, a share as per cent. */
  function said(value, measure) {
    if (value === null || value === undefined) {
      return '';
    }
    if (measure === 'share') {
      return (100 * value).toPrecision(3) + ' %';
    }
    const text = Number(value.toPrecision(4)).toString();
    return measure === 'ratio' ? text + '×' : measure === 'milliseconds' ? text + ' ms' : text;
  }

  function table(head, rows) {
    const header = element('tr', null, ...head.map(cell => element('th', cell)));
    const body = rows.map(row =>
      element('tr', null, ...row.map((cell, i) => element(i === 0 ? 'th' : 'td', cell))));
    const made = element('table', null, element('thead', null, header),
      element('tbody', null, ...body));
    const scroll = element('div', null, made);
    scroll.className = 'scroll';
    return scroll;
  }

  /** The figures of a chart as text, for those who want them exact or cannot see it. */
  function figuresOf(head, rows) {
    return element('details', null, element('summary', 'Figures'), table(head, rows));
  }

  /** Long names in lines short enough for the screen. */
  function folded(label) {
    const most = narrow.matches ? 14 : 28;
    const lines = [''];
    for (const word of label.split(' ')) {
      const last = lines.length - 1;
      if (lines[last] && lines[last].length + word.length >= most) {
        lines.push(word);
      } else {
        lines[last] = (lines[last] + ' ' + word).trim();
      }
    }
    return lines.length === 1 ? lines[0] : lines;
  }

  function scale(axis, more) {
    return {
      type: axis.logarithmic ? 'logarithmic' : 'linear',
      title: {display: Boolean(axis.name), text: axis.name, color: colour('quiet')},
      ticks: {
        color: colour('quiet'),
        maxRotation: 0,
        precision: axis.whole ? 0 : undefined,
        // Names of all lines of a logarithmic axis would not fit: 1, 2, 5, 10 or 1, 10, 100.
        callback: value => axis.logarithmic
          && !(axis.sparse ? /^1e/ : /^[125]e/).test(value.toExponential())
          ? '' : axis.said ? axis.said(value) : Number(value.toPrecision(4)).toString(),
      },
      grid: {
        color: context => context.tick && context.tick.value === axis.strong
          ? colour('axis') : colour('line'),
      },
      border: {color: colour('axis')},
      ...more,
    };
  }

  function legend(shown) {
    return {
      display: shown,
      position: 'bottom',
      labels: {color: colour('text'), usePointStyle: true, boxHeight: 7, boxWidth: 24},
    };
  }

  /** The options of Chart.js; computed again when the theme or the width changes. */
  function barOptions(figure) {
    const ratio = figure.measure === 'ratio';
    const stacked = figure.measure === 'milliseconds';
    const values = figure.series.flatMap(one => one.values).filter(value => value !== null);
    // Room for as many bars as the fullest row has.
    const bars = stacked ? 1 : Math.max(...figure.labels.map((_, i) =>
      figure.series.filter(one => one.values[i] !== null).length));
    return {
      height: 120 + figure.labels.length * (12 + Math.max(bars, narrow.matches ? 2 : 1) * 11),
      type: 'bar',
      data: {
        labels: figure.labels.map(folded),
        datasets: figure.series.map(one => ({
          label: one.name,
          data: one.values,
          base: ratio ? 1 : undefined,
          backgroundColor: barColour(one.name),
          pointStyle: 'rect',
          skipNull: true,
          minBarLength: 2,
          maxBarThickness: 22,
        })),
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: scale({
            name: ratio ? 'times as fast' : stacked ? 'milliseconds' : '',
            logarithmic: ratio,
            strong: ratio ? 1 : 0,
            said: ratio || stacked ? undefined : value => Math.round(1000 * value) / 10 + ' %',
          }, {
            stacked,
            suggestedMin: ratio ? Math.min(...values, 1) / 1.2 : 0,
            suggestedMax: ratio ? Math.max(...values, 1) * 1.1 : undefined,
          }),
          y: {
            stacked,
            ticks: {color: colour('text'), autoSkip: false, font: {size: narrow.matches ? 10 : 12}},
            grid: {display: false},
            border: {color: colour('axis')},
          },
        },
        plugins: {
          legend: legend(figure.series.length > 1 || figure.measure !== 'ratio'),
          tooltip: {callbacks: {
            label: item => item.dataset.label + ': ' + said(item.raw, figure.measure),
          }},
        },
      },
    };
  }

  const styles = {
    line: {showLine: true, borderWidth: 2, pointRadius: 2},
    dashed: {showLine: true, borderWidth: 2, borderDash: [6, 4], pointRadius: 2},
    roof: {showLine: true, borderWidth: 2, pointRadius: 0},
    thin: {showLine: true, borderWidth: 1, pointRadius: 0},
    points: {showLine: false, pointRadius: 5, pointHoverRadius: 7},
  };

  function plotOptions(figure) {
    const scattered = figure.curves.some(curve => curve.style === 'points');
    const all = figure.curves.flatMap(curve => curve.y);
    const colours = figure.curves.map((curve, i) =>
      curve.style === 'roof' ? colour('axis') : colourOf(curve.name, i));
    return {
      height: 340,
      type: scattered ? 'scatter' : 'line',
      data: {
        datasets: figure.curves.map((curve, i) => ({
          label: curve.name,
          data: curve.x.map((x, k) => ({x, y: curve.y[k]})),
          names: curve.labels,
          borderColor: colours[i],
          backgroundColor: colours[i],
          pointStyle: curve.style === 'roof' ? 'line' : 'circle',
          hitRadius: 6,
          ...styles[curve.style],
        })),
      },
      options: {
        parsing: false,
        normalized: true,
        interaction: {mode: 'nearest', intersect: false},
        scales: {
          x: scale({...figure.x, whole: true, sparse: true}),
          y: scale({...figure.y, sparse: true}, figure.y.logarithmic
            ? {min: Math.min(...all) / 1.5, max: Math.max(...all) * 1.5} : {}),
        },
        plugins: {
          legend: legend(true),
          // A training has more steps than a screen has columns.
          decimation: {enabled: !scattered, algorithm: 'lttb', samples: 400, threshold: 800},
          tooltip: {callbacks: {
            title: items => items.map(item => item.dataset.names
              ? item.dataset.names[item.dataIndex]
              : figure.x.name + ' ' + said(item.parsed.x)),
            label: item => item.dataset.label + ': ' + said(item.parsed.y) + (scattered
              ? ' ' + figure.y.name + ' at ' + said(item.parsed.x) + ' ' + figure.x.name : ''),
          }},
        },
      },
    };
  }

  function chart(figure, optionsOf, description) {
    const canvas = element('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', description);
    const box = element('div', null, canvas);
    box.className = 'chart';
    charts.push({canvas, box, optionsOf: () => optionsOf(figure)});
    return box;
  }

  function draw() {
    for (const one of charts) {
      const {height, type, data, options} = one.optionsOf();
      one.box.style.height = height + 'px';
      if (one.chart) {
        one.chart.destroy();
      }
      one.chart = new Chart(one.canvas, {
        type, data, options: {...options, maintainAspectRatio: false, animation: false},
      });
    }
    canvases.forEach(one => one());
  }

  /** Red, green and blue between two colours of the style sheet. */
  function blend(from, to, share) {
    const parts = text => [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16));
    const [a, b] = [parts(from), parts(to)];
    return a.map((value, i) => Math.round(value + (b[i] - value) * share));
  }

  function image(figure, filter, largest) {
    const canvas = element('canvas');
    canvas.width = figure.width;
    canvas.height = figure.height;
    const paint = () => {
      const context = canvas.getContext('2d');
      const pixels = context.createImageData(figure.width, figure.height);
      filter.weights.forEach((weight, i) => {
        const end = colour(weight < 0 ? 'below' : 'above');
        const share = largest === 0 ? 0 : Math.abs(weight) / largest;
        pixels.data.set([...blend(colour('zero'), end, share), 255], 4 * i);
      });
      context.putImageData(pixels, 0, 0);
    };
    canvases.push(paint);
    return {canvas, paint};
  }

  function enlarge(figure, filter, largest) {
    const dialog = document.querySelector('dialog');
    dialog.querySelector('h2').textContent = figure.title.replace(/:.*/, '') + ', ' + filter.name;
    const {canvas, paint} = image(figure, filter, largest);
    paint();
    dialog.querySelector('.enlarged').replaceChildren(canvas);
    const rows = [];
    for (let r = 0; r < figure.height; r++) {
      const row = filter.weights.slice(r * figure.width, (r + 1) * figure.width);
      rows.push([r, ...row.map(value => value.toFixed(4))]);
    }
    dialog.querySelector('.scroll').replaceChildren(
      table(['', ...Array.from({length: figure.width}, (_, s) => s)], rows));
    dialog.addEventListener('close', () => canvases.splice(canvases.indexOf(paint), 1),
      {once: true});
    dialog.showModal();
  }

  function filters(figure) {
    const largest = Math.max(...figure.filters.flatMap(one => one.weights.map(Math.abs)));
    const grid = element('div');
    grid.className = 'filters';
    // A row for each filter, a column for each channel; of one channel they fill the lines.
    if (figure.columns > 1) {
      grid.style.display = 'grid';
      grid.style.gridTemplateColumns = `repeat(${figure.columns}, minmax(0, 50px))`;
    }
    for (const filter of figure.filters) {
      const button = element('button', null, image(figure, filter, largest).canvas);
      button.type = 'button';
      button.title = filter.name;
      button.setAttribute('aria-label', filter.name);
      button.addEventListener('click', () => enlarge(figure, filter, largest));
      grid.append(button);
    }
    const key = element('p', null, said(-largest) + ' ', element('span'), ' ' + said(largest));
    key.className = 'key';
    return [grid, key];
  }

  function confusion(figure) {
    const names = figure.names || figure.counts.map((_, i) => i);
    const made = table(['', ...names], figure.counts.map((row, i) => [names[i], ...row]));
    made.firstChild.className = 'confusion';
    const paint = () => made.querySelectorAll('tbody tr').forEach((row, i) => {
      const all = figure.counts[i].reduce((sum, count) => sum + count, 0);
      row.querySelectorAll('td').forEach((cell, j) => {
        const share = all === 0 ? 0 : figure.counts[i][j] / all;
        const end = colour(i === j ? 'below' : 'above');
        // Errors are rare: the root lets a few in a hundred be seen.
        cell.style.backgroundColor = `rgb(${blend(colour('zero'), end, Math.sqrt(share))})`;
        const [most, on] = dark.matches ? [.65, '#000'] : [.45, '#fff'];
        cell.style.color = Math.sqrt(share) > most ? on : '';
        cell.title = `label ${names[i]} taken for ${names[j]}: ${figure.counts[i][j]} of ${all}`;
      });
    });
    canvases.push(paint);
    return [made];
  }

  function images(figure) {
    const grid = element('div');
    grid.className = 'filters';
    for (const one of figure.images) {
      const canvas = element('canvas');
      canvas.width = figure.width;
      canvas.height = figure.height;
      canvas.title = one.name;
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', one.name);
      const context = canvas.getContext('2d');
      const pixels = context.createImageData(figure.width, figure.height);
      for (let i = 0; i < figure.width * figure.height; i++) {
        const at = i * figure.channels;
        const colours = one.pixels.slice(at, at + figure.channels);
        pixels.data.set([...(figure.channels === 1 ? [...colours, ...colours, ...colours] : colours),
          255], 4 * i);
      }
      context.putImageData(pixels, 0, 0);
      grid.append(canvas);
    }
    return [grid, figuresOf([''], figure.images.map(one => [one.name]))];
  }

  const kinds = {
    bars: figure => [
      chart(figure, barOptions, figure.title + ', ' + figure.series.map(s => s.name).join(', ')),
      figuresOf(['', ...figure.series.map(one => one.name)], figure.labels.map((label, i) =>
        [label, ...figure.series.map(one => said(one.values[i], figure.measure))])),
    ],
    plot: figure => {
      const drawn = chart(figure, plotOptions, figure.title);
      const head = ['', figure.x.name, figure.y.name || 'value'];
      // Thousands of steps are for a program to read, and it has the file.
      const read = figure.curves.filter(curve => curve.style !== 'thin');
      return read.length === 0 ? [drawn] : [drawn, figuresOf(head, read.flatMap(curve =>
        curve.x.map((x, i) => [curve.name + (curve.labels ? ', ' + curve.labels[i] : ''),
          said(x), said(curve.y[i])])))];
    },
    confusion,
    filters,
    images,
    table: figure => [table(figure.head, figure.rows)],
  };

  document.title = page.title;
  document.querySelector('h1').textContent = page.title;
  document.getElementById('lines').append(...page.lines.map(line => element('p', line)));
  page.sections.forEach((section, i) => {
    const id = 'section-' + i;
    const link = element('a', section.title);
    link.href = '#' + id;
    document.querySelector('nav').append(link);
    const figures = element('div', null, ...section.figures.map(figure => {
      const made = element('figure', null, element('h3', figure.title), ...kinds[figure.kind](figure));
      made.dataset.kind = figure.kind;
      return made;
    }));
    figures.className = 'figures';
    const made = element('section', null, element('h2', section.title), element('p', section.text),
      figures);
    made.id = id;
    document.querySelector('main').append(made);
  });
  draw();
  narrow.addEventListener('change', draw);
  dark.addEventListener('change', draw);
})();
