// Chart options from the data of the page. Names from users reach ECharts as plain text and tooltips as text nodes.
"use strict";
window.ptuplanCharts = (() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const group = (value, digits) => {
    const text = Math.abs(value).toFixed(digits);
    const [whole, part] = text.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "");
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + grouped;
  };
  const short = (value) => {
    const size = Math.abs(value);
    const [scaled, unit] = size >= 1e9 ? [size / 1e9, "B"] : size >= 1e6 ? [size / 1e6, "M"] : size >= 1e3 ? [size / 1e3, "k"] : [size, ""];
    return (value < 0 ? "\u2212" : "") + String(Number(scaled.toFixed(2))) + unit;
  };
  const two = (value) => String(value).padStart(2, "0");
  const elapsed = (seconds, window) => {
    const minutes = Math.round(seconds / 60);
    const clock = (hours) => two(hours) + ":" + two(minutes % 60);
    if (window <= 172800) return clock(Math.floor(minutes / 60));
    return "day " + (Math.floor(minutes / 1440) + 1) + " " + clock(Math.floor(minutes / 60) % 24);
  };
  // A tooltip is an element built of text nodes, so no name is ever read as markup.
  const tip = (title, rows) => {
    const box = document.createElement("div");
    const head = document.createElement("div");
    head.style.fontWeight = "600";
    head.textContent = title;
    box.append(head);
    for (const [label, value, colour] of rows) {
      const line = document.createElement("div");
      line.style.cssText = "display:flex;gap:14px;justify-content:space-between;font-variant-numeric:tabular-nums";
      const left = document.createElement("span");
      if (colour) {
        const dot = document.createElement("span");
        dot.style.cssText = "display:inline-block;width:9px;height:9px;border-radius:5px;margin-right:6px;background:" + colour;
        left.append(dot);
      }
      left.append(label);
      const right = document.createElement("b");
      right.textContent = value;
      line.append(left, right);
      box.append(line);
    }
    return box;
  };
  // How many rows a legend takes: its items in lines, each with its symbol and a gap.
  const legendRows = (names, symbol, width) => {
    let [rows, used] = [1, 0];
    for (const name of names) {
      const wide = name.length * 6.8 + symbol + 22;
      if (used > 0 && used + wide > width * 0.96) { rows += 1; used = 0; }
      used += wide;
    }
    return rows;
  };
  // A way to pay has one colour in every chart of a page.
  const PAID = ["1-year", "1-month", "hourly", "mixed"];
  const paidIn = (payment, at) => palette()[PAID.includes(payment) ? PAID.indexOf(payment) : (PAID.length + at) % 6];
  // Names at the right end of what they name, one below the other where two would meet: each is a place and a text.
  const named = (ends, top, height) => {
    const places = [...ends].sort((a, b) => b.at - a.at).map((end) => ({ ...end, y: (1 - Math.min(end.at, top) / top) * height, tall: end.text.split("\n").length * 14 + 3 }));
    let free = 0;
    for (const one of places) { one.y = Math.max(one.y, free + one.tall / 2); free = one.y + one.tall / 2; }
    let most = height + 8;
    for (const one of [...places].reverse()) { one.y = Math.min(one.y, most - one.tall / 2); most = one.y - one.tall / 2; }
    return places.map((one) => ({ ...one, at: (1 - one.y / height) * top }));
  };
  const palette = () => ["--blue", "--orange", "--green", "--purple", "--vermilion", "--sky"].map(css);
  const base = (narrow) => {
    const muted = css("--muted");
    const line = css("--line");
    const axis = {
      nameLocation: "middle", nameTextStyle: { color: muted, fontSize: 12 },
      axisLine: { show: true, lineStyle: { color: css("--grey") } }, axisTick: { show: false },
      axisLabel: { color: muted, fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: line } },
    };
    return {
      axis,
      option: {
        animation: false, color: palette(), backgroundColor: "transparent",
        textStyle: { fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif", color: css("--text") },
        aria: { enabled: false },
        legend: { top: 0, left: 0, type: narrow ? "scroll" : "plain", textStyle: { color: muted, fontSize: 12 }, pageTextStyle: { color: muted }, pageIconColor: muted, itemWidth: 22, itemHeight: 10, itemGap: 16, lineStyle: { type: "inherit", width: "inherit" } },
        tooltip: { trigger: "axis", confine: true, backgroundColor: css("--paper"), borderColor: line, textStyle: { color: css("--text"), fontSize: 12 }, axisPointer: { lineStyle: { color: css("--grey") } } },
      },
    };
  };
  const value = (axis, name, gap, extra) => Object.assign({}, axis, { type: "value", name, nameGap: gap, axisLabel: Object.assign({}, axis.axisLabel, { formatter: short }) }, extra);

  const time = (data, narrow, unit, series, tooltip, top) => {
    const { axis, option } = base(narrow);
    const window = data.step * data.length;
    const step = [600, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800].find((s) => window / s <= (narrow ? 4.5 : 9)) || 604800;
    return Object.assign(option, {
      grid: { left: 64, right: 18, top: top, bottom: document.documentElement.dataset.printing ? 48 : 92 },
      xAxis: Object.assign(value(axis, data.axis, 28, { min: 0, max: window, interval: step, splitLine: { show: false } }), { axisLabel: Object.assign({}, axis.axisLabel, { formatter: (s) => elapsed(s, window), showMaxLabel: window % step === 0 }) }),
      yAxis: unit,
      // On paper nothing can be zoomed.
      dataZoom: matchMedia("print").matches || document.documentElement.dataset.printing ? [] : [
        { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, filterMode: "none" },
        { type: "slider", height: 22, bottom: 12, filterMode: "none", borderColor: css("--line"), fillerColor: "rgba(120,150,180,.18)", textStyle: { color: css("--muted") }, labelFormatter: (s) => elapsed(s, window), brushSelect: false, showDataShadow: false, handleStyle: { color: css("--paper"), borderColor: css("--grey") }, moveHandleStyle: { color: css("--grey"), opacity: 0.4 } },
      ],
      tooltip: Object.assign(option.tooltip, { formatter: (items) => tip(elapsed(items[0].value[0], window), tooltip(items)) }),
      series,
    });
  };
  // Steps of an axis that ends where its data does: round ones, and the end named where it is one of them.
  const ending = (axis, max, steps) => {
    const raw = max / steps;
    const unit = 10 ** Math.floor(Math.log10(raw));
    const interval = [1, 2, 5, 10].map((times) => times * unit).find((step) => step >= raw * 0.999) || raw;
    const isEven = Math.abs(max / interval - Math.round(max / interval)) < 1e-6;
    return { min: 0, max, interval, axisLabel: Object.assign({}, axis.axisLabel, { formatter: (v) => group(v, 0), showMaxLabel: isEven }) };
  };
  const points = (values, step) => values.map((v, i) => [i * step, v]);

  const kinds = {
    // Cost over sizes: a line a commitment, named at its end, and levels for what has no size.
    glance(data, narrow, width, tall) {
      const { axis, option } = base(narrow);
      const all = data.lines.flatMap((line) => line.points);
      const high = Math.max(...all.map((p) => p[0]), data.choice ? data.choice.ptu : 0);
      const marks = data.levels.map((l) => l.cost).concat(data.choice ? [data.choice.cost] : []);
      const cheapest = Math.min(...all.map((p) => p[1]));
      const top = Math.max(...marks, cheapest * 1.6) * 1.3;
      const grid = { left: 52, right: narrow ? 118 : 200, top: 14, bottom: 42 };
      const words = (l) => (narrow ? l.label.replace(" (", "\n(").replace("more quota", "\nmore quota").replace(" \n", "\n") : l.label) + (l.model ? "\n" + l.model : "") + "\n" + l.text;
      const text = css("--text");
      const ends = [];
      const series = data.lines.flatMap((line, at) => {
        const colour = paidIn(line.name, at);
        const lowest = line.points.reduce((least, p) => (p[1] < least[1] ? p : least));
        // A line of which nothing is drawn is named as what it is, with no mark of its own.
        if (lowest[1] > top) {
          ends.push({ text: line.name + ": from " + lowest[3] + ",\nabove the chart", at: lowest[1], colour: css("--muted") });
          return [];
        }
        ends.push({ text: line.name, at: line.points[line.points.length - 1][1], colour: text, dot: colour });
        return {
          name: line.name, type: "line", symbol: "circle", clip: true, z: 2, itemStyle: { color: colour }, lineStyle: { color: colour, width: 2 },
          data: line.points.map((p) => ({ value: [p[0], p[1], p[3]], symbolSize: p[2] ? 6 : 5, itemStyle: p[2] ? { color: colour } : { color: css("--paper"), borderColor: colour, borderWidth: 1.2 } })),
        };
      });
      const level = (l) => {
        const colour = l.asked ? text : css("--muted");
        ends.push({ text: words(l), at: l.cost, colour });
        if (l.ptu > 0) return { name: l.label, type: "scatter", symbol: "rect", symbolSize: 11, z: 6, itemStyle: { color: css("--muted") }, data: [[l.ptu, l.cost, l.text]] };
        return { name: l.label, type: "line", symbol: "none", z: 3, lineStyle: { color: colour, type: l.asked ? "solid" : "dashed", width: l.asked ? 2.4 : 1.5 }, itemStyle: { color: colour }, data: [[0, l.cost, l.text], [high, l.cost, l.text]] };
      };
      const flat = data.levels.filter((l) => !data.choice || l.ptu > 0 || Math.abs(l.cost - data.choice.cost) > 1e-6 || data.choice.ptu > 0);
      series.push(...flat.map(level));
      if (data.choice) {
        const colour = css("--vermilion");
        if (data.choice.ptu > 0) {
          // Below the lowest point of its line there is room, unless the axis is there.
          const position = data.choice.cost < top * 0.2 ? "top" : "bottom";
          const align = data.choice.ptu > high * 0.75 ? "right" : data.choice.ptu < high * 0.25 ? "left" : "center";
          series.push({ name: data.choice.label, type: "scatter", symbolSize: 15, z: 7, itemStyle: { color: "transparent", borderColor: colour, borderWidth: 3, opacity: 1 }, label: { show: true, position, align, distance: 8, formatter: group(data.choice.ptu, 0) + " PTU: " + data.choice.text, color: css("--bad"), fontWeight: 700, fontSize: narrow ? 11 : 12, backgroundColor: css("--paper"), padding: [2, 4], borderRadius: 3 }, data: [[data.choice.ptu, data.choice.cost, data.choice.text]] });
        } else {
          ends.push({ text: words(data.choice), at: data.choice.cost, colour: css("--bad") });
          series.push({ name: data.choice.label, type: "line", symbol: "none", z: 7, lineStyle: { color: colour, width: 3 }, itemStyle: { color: colour }, data: [[0, data.choice.cost, data.choice.text], [high, data.choice.cost, data.choice.text]] });
        }
      }
      const placed = named(ends, top, (tall || 280) - grid.top - grid.bottom);
      series.push({
        name: "names", type: "scatter", silent: true, clip: false, z: 8, tooltip: { show: false },
        data: placed.map((end) => ({ value: [high, end.at], symbol: "circle", symbolSize: 8, symbolOffset: [9, 0], itemStyle: { color: end.dot || "transparent", opacity: 1 }, label: { show: true, position: "right", offset: [end.dot ? 10 : 0, 0], formatter: end.text, color: end.colour, fontSize: narrow ? 11 : 12, fontWeight: 600, lineHeight: 14 } })),
      });
      option.legend.show = false;
      return Object.assign(option, {
        grid,
        xAxis: value(axis, "PTU", 26, Object.assign({ splitLine: { show: false } }, ending(axis, high, narrow ? 4 : 8))),
        yAxis: value(axis, "", 46, { min: 0, max: top, axisLabel: Object.assign({}, axis.axisLabel, { formatter: short, showMaxLabel: false }) }),
        tooltip: Object.assign(option.tooltip, { trigger: "item", formatter: (item) => tip(item.seriesName, [["PTU", group(item.value[0], 0)], [data.unit, item.value[2], item.color]]) }),
        series,
      });
    },
    // The options side by side: names over their bars, so that no axis has to hold them.
    options(data, narrow, width) {
      const { axis, option } = base(narrow);
      const looks = { choice: css("--blue"), quota: css("--green"), feasible: css("--sky"), infeasible: css("--grey") };
      const most = Math.max(...data.bars.map((b) => b.cost), 1);
      option.legend.show = false;
      return Object.assign(option, {
        grid: { left: 6, right: 70, top: 14, bottom: 8 },
        xAxis: Object.assign(value(axis, "", 0, { min: 0, max: most }), { axisLabel: { show: false }, axisLine: { show: false }, splitLine: { show: false } }),
        yAxis: Object.assign({}, axis, { type: "category", inverse: true, data: data.bars.map((b) => b.name), axisLabel: { show: false }, axisLine: { show: false } }),
        tooltip: Object.assign(option.tooltip, { axisPointer: { type: "none" }, formatter: (items) => tip(items[0].name, [[data.unit, data.bars[items[0].dataIndex].text, items[0].color]]) }),
        series: [
          { type: "bar", barWidth: 13, itemStyle: { borderRadius: 2 }, data: data.bars.map((b) => ({ value: b.cost, itemStyle: { color: looks[b.look], opacity: b.look === "infeasible" ? 0.55 : 1 } })), label: { show: true, position: "right", color: css("--text"), fontSize: 12, fontWeight: 600, formatter: (i) => data.bars[i.dataIndex].text } },
          { type: "bar", barGap: "-100%", barWidth: 13, silent: true, itemStyle: { color: "transparent" }, data: data.bars.map(() => 0), tooltip: { show: false }, label: { show: true, position: ["0%", -15], align: "left", color: css("--muted"), fontSize: narrow ? 11 : 12, width: width - 16, overflow: "truncate", formatter: (i) => data.bars[i.dataIndex].name } },
        ],
      });
    },
    load(data, narrow) {
      const { axis } = base(narrow);
      data.length = data.offered.length;
      const [blue, sky, red, green] = [css("--blue"), css("--sky"), css("--vermilion"), css("--green")];
      const plain = { type: "line", showSymbol: false, emphasis: { disabled: true } };
      const series = [
        Object.assign({ name: "served", data: points(data.used, data.step), lineStyle: { width: 0 }, areaStyle: { color: sky, opacity: 0.4 }, itemStyle: { color: sky } }, plain),
        Object.assign({ name: "offered", data: points(data.offered, data.step), lineStyle: { color: blue, width: 1.3 }, itemStyle: { color: blue } }, plain),
        Object.assign({ name: "throttled or spilled", data: points(data.refused, data.step), lineStyle: { width: 0 }, itemStyle: { opacity: 0 }, tooltip: { show: true } }, plain),
      ];
      if (data.actual.length) series.splice(2, 0, Object.assign({ name: "used in the end", data: points(data.actual, data.step), lineStyle: { color: green, width: 1.3 }, itemStyle: { color: green } }, plain));
      if (data.capacity !== null) {
        const end = data.step * data.length;
        series.push(Object.assign({ name: "capacity", data: [[0, data.capacity], [end, data.capacity]], lineStyle: { color: red, type: "dashed", width: 1.6 }, itemStyle: { color: red } }, plain));
      }
      const option = time(data, narrow, value(axis, data.unit, 48), series, (items) => {
        const rows = items.filter((i) => i.seriesName !== "capacity" && i.seriesName !== "throttled or spilled").map((i) => [i.seriesName, group(i.value[1], 0), i.color]);
        const refused = items.find((i) => i.seriesName === "throttled or spilled");
        if (refused) rows.push(["attempts throttled or spilled", group(refused.value[1], 0)]);
        if (data.capacity !== null) rows.push(["capacity", group(data.capacity, 0), red]);
        return rows;
      }, 34);
      option.legend.data = ["offered"].concat(data.actual.length ? ["used in the end"] : [], [{ name: "served", icon: "rect" }], data.capacity === null ? [] : ["capacity"]);
      return option;
    },
    utilization(data, narrow) {
      const { axis } = base(narrow);
      data.length = data.shares.length;
      const blue = css("--blue");
      const percent = (v) => v + "%";
      const most = Math.max(100, Math.ceil(Math.max(...data.shares) / 20) * 20);
      const axisY = value(axis, "share of capacity", 48, ending(axis, most, 5));
      axisY.axisLabel = Object.assign({}, axisY.axisLabel, { formatter: percent });
      const series = [{
        name: "utilization", type: "line", showSymbol: false, emphasis: { disabled: true }, data: points(data.shares, data.step),
        lineStyle: { color: blue, width: 1.3 }, itemStyle: { color: blue }, areaStyle: { color: css("--sky"), opacity: 0.25 },
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("--vermilion"), type: "dashed", width: 1.6 }, data: [{ yAxis: 100 }] },
      }];
      const option = time(data, narrow, axisY, series, (items) => [["utilization", items[0].value[1].toFixed(1) + "%", blue]], 14);
      option.legend.show = false;
      return option;
    },
    curve(data, narrow, width) {
      const { axis, option } = base(narrow);
      const payments = [...new Set(data.series.map((s) => s.payment))];
      const dashes = ["solid", "dashed", "dotted"];
      const series = data.series.map((s) => {
        const colour = paidIn(s.payment, payments.indexOf(s.payment));
        return {
          name: s.family + ", " + s.payment, type: "line", symbolSize: 6, symbol: "circle", emphasis: { focus: "series" },
          lineStyle: { color: colour, width: 1.8, type: dashes[s.familyAt % dashes.length] }, itemStyle: { color: colour },
          data: s.points.map((p) => ({ value: [p[0], p[1], p[3]], itemStyle: p[2] ? { color: colour } : { color: css("--paper"), borderColor: colour, borderWidth: 1.2 } })),
        };
      });
      const all = data.series.flatMap((s) => s.points.map((p) => p[0]));
      const [low, high] = [Math.min(...all), Math.max(...all)];
      if (data.level !== null) series.push({ name: data.levelName, type: "line", symbol: "none", silent: true, lineStyle: { color: css("--grey"), type: "dotted", width: 2 }, itemStyle: { color: css("--grey") }, data: [[low, data.level], [high, data.level]] });
      if (data.choice) series.push({ name: "choice", type: "scatter", symbolSize: 17, silent: true, z: 5, itemStyle: { color: "transparent", borderColor: css("--text"), borderWidth: 2.2, opacity: 1 }, label: { show: true, position: narrow ? "top" : "bottom", distance: 9, formatter: data.choice.label, color: css("--text"), fontWeight: 600, fontSize: 12, backgroundColor: css("--paper"), padding: [1, 4], borderRadius: 3 }, data: [data.choice.at] });
      option.legend.itemWidth = 38;
      const names = series.map((s) => s.name);
      const rows = narrow ? 1 : legendRows(names, 38, width);
      return Object.assign(option, {
        grid: { left: 62, right: 18, top: 26 + rows * 20, bottom: 52 },
        xAxis: value(axis, "deployed PTUs", 30, { min: Math.max(0, low - (high - low) * 0.02), max: high, splitLine: { show: false }, axisLabel: Object.assign({}, axis.axisLabel, { formatter: (v) => group(v, 0), showMinLabel: false, showMaxLabel: false }) }),
        yAxis: value(axis, data.unit, 46),
        tooltip: Object.assign(option.tooltip, { trigger: "item", formatter: (item) => tip(item.seriesName, [["PTUs", group(item.value[0], 0)], [data.unit, group(item.value[1], 0), item.color]].concat(item.value[2] ? [["ended in a 429", item.value[2]]] : [])) }),
        series,
      });
    },
    parts(data, narrow, width) {
      const { axis, option } = base(narrow);
      const rows = narrow ? 1 : legendRows(data.series.map((s) => s.name), 22, width);
      return Object.assign(option, {
        grid: { left: narrow ? 118 : 218, right: 26, top: 14 + rows * 20, bottom: 46 },
        xAxis: value(axis, data.unit, 30),
        yAxis: Object.assign({}, axis, { type: "category", inverse: true, data: data.names, axisLabel: Object.assign({}, axis.axisLabel, { width: narrow ? 108 : 205, overflow: "break", lineHeight: 14, height: 28, lineOverflow: "truncate", fontSize: narrow ? 11 : 12 }) }),
        tooltip: Object.assign(option.tooltip, { axisPointer: { type: "none" }, formatter: (items) => tip(items[0].name, items.map((i) => [i.seriesName, group(i.value, 0), i.color])) }),
        series: data.series.map((s) => ({ name: s.name, type: "bar", stack: "all", barMaxWidth: 22, data: s.values })),
      });
    },
    band(data, narrow) {
      const { axis, option } = base(narrow);
      const blue = css("--blue");
      const line = { type: "line", showSymbol: false, emphasis: { disabled: true } };
      const option2 = Object.assign(option, {
        grid: { left: 62, right: 20, top: 34, bottom: 50 },
        xAxis: Object.assign({}, axis, { type: "category", boundaryGap: false, data: data.names, name: "month", nameGap: 30 }),
        yAxis: value(axis, data.unit, 46, { scale: true }),
        tooltip: Object.assign(option.tooltip, { formatter: (items) => { const i = items[0].dataIndex; return tip(data.names[i], [["p90", group(data.high[i], 0)], ["median", group(data.mid[i], 0), blue], ["p10", group(data.low[i], 0)]]); } }),
        series: [
          Object.assign({ name: "low", stack: "band", stackStrategy: "all", data: data.low, lineStyle: { width: 0 }, itemStyle: { opacity: 0 } }, line),
          Object.assign({ name: "p10 to p90", stack: "band", stackStrategy: "all", data: data.high.map((h, i) => h - data.low[i]), lineStyle: { width: 0 }, areaStyle: { color: css("--sky"), opacity: 0.4 }, itemStyle: { color: css("--sky") } }, line),
          Object.assign({ name: "median", data: data.mid, lineStyle: { color: blue, width: 2 }, itemStyle: { color: blue } }, line),
        ],
      });
      option2.legend.data = ["median", { name: "p10 to p90", icon: "rect" }];
      return option2;
    },
    tornado(data, narrow) {
      const { axis, option } = base(narrow);
      const bars = data.bars.map((b) => {
        const [min, max] = [Math.min(b.low, b.high), Math.max(b.low, b.high)];
        return { b, min, max, minAt: b.low <= b.high ? b.lowAt : b.highAt, maxAt: b.low <= b.high ? b.highAt : b.lowAt };
      });
      const [least, most] = [Math.min(data.base, ...bars.map((r) => r.min)), Math.max(data.base, ...bars.map((r) => r.max))];
      const gap = (most - least) * (narrow ? 0.22 : 0.12) || 1;
      const clamp = (v) => Math.min(Math.max(v, least), most);
      const label = (at, position) => ({ show: true, position, formatter: at, color: css("--muted"), fontSize: 11 });
      const bar = { type: "bar", stack: "range", barMaxWidth: 20, emphasis: { disabled: true } };
      const side = (name, colour, part) => Object.assign({ name, itemStyle: { color: colour }, data: bars.map(part) }, bar);
      return Object.assign(option, {
        grid: { left: narrow ? 110 : 190, right: 20, top: 34, bottom: 50 },
        xAxis: value(axis, data.unit, 30, { min: Math.max(0, least - gap), max: most + gap, axisLabel: Object.assign({}, axis.axisLabel, { formatter: short, showMinLabel: false, showMaxLabel: false }) }),
        yAxis: Object.assign({}, axis, { type: "category", inverse: true, data: bars.map((r) => r.b.name), axisLabel: Object.assign({}, axis.axisLabel, { width: narrow ? 100 : 175, overflow: "break", lineHeight: 14 }), axisLine: { show: false } }),
        tooltip: Object.assign(option.tooltip, { axisPointer: { type: "none" }, formatter: (items) => { const b = bars[items[0].dataIndex].b; return tip(b.name, [["at " + b.lowAt, group(b.low, 0)], ["at " + b.highAt, group(b.high, 0)], ["the choice", group(data.base, 0)]]); } }),
        legend: Object.assign(option.legend, { data: ["less than planned", "more than planned"] }),
        series: [
          side("start", "transparent", (r) => ({ value: r.min, label: label(r.minAt, "insideRight") })),
          side("less than planned", css("--blue"), (r) => Math.max(0, Math.min(r.max, data.base) - r.min)),
          Object.assign(side("more than planned", css("--orange"), (r) => ({ value: Math.max(0, r.max - Math.max(r.min, data.base)), label: label(r.maxAt, "right") })), {
            markLine: { silent: true, symbol: "none", lineStyle: { color: css("--text"), type: "solid", width: 1.2 }, label: { show: !narrow, formatter: "the choice", position: "start", color: css("--muted"), fontSize: 11 }, data: [{ xAxis: clamp(data.base) }] },
          }),
        ],
      });
    },
    frontier(data, narrow) {
      const { axis, option } = base(narrow);
      const looks = {
        infeasible: { itemStyle: { color: "transparent", borderColor: css("--grey"), borderWidth: 1.2 }, symbolSize: 6 },
        feasible: { itemStyle: { color: css("--sky"), opacity: 0.75 }, symbolSize: 7 },
        frontier: { itemStyle: { color: css("--blue") }, symbol: "diamond", symbolSize: 11 },
        choice: { itemStyle: { color: css("--vermilion") }, symbol: "pin", symbolSize: 26, z: 5 },
      };
      return Object.assign(option, {
        grid: { left: 62, right: 20, top: 40, bottom: 52 },
        xAxis: value(axis, data.unit, 30, { scale: true }),
        yAxis: value(axis, "calls throttled (429)", 46, { min: 0, max: (range) => (range.max > 60 ? 100 : null), axisLabel: Object.assign({}, axis.axisLabel, { formatter: (v) => short(v) + "%" }) }),
        tooltip: Object.assign(option.tooltip, { trigger: "item", formatter: (item) => tip(item.value[2], [[data.unit, group(item.value[0], 0), null], ["throttled (429)", item.value[1].toFixed(2) + "%"]]) }),
        series: Object.keys(looks).map((kind) => Object.assign({ name: kind, type: "scatter", data: data.points.filter((p) => p[2] === kind).map((p) => [p[0], p[1], p[3]]) }, looks[kind])),
      });
    },
    waits(data, narrow) {
      const { axis, option } = base(narrow);
      const names = ["p50", "p95", "p99"];
      const seconds = (v) => short(v) + " s";
      const bars = [];
      data.names.forEach((name, i) => {
        bars.push([data.names.length > 1 ? name + ": queueing delay" : "queueing delay", data.wait[i]], [data.names.length > 1 ? name + ": latency" : "latency", data.latency[i]]);
      });
      const blues = [css("--sky"), css("--blue"), css("--purple")];
      return Object.assign(option, {
        grid: { left: narrow ? 96 : 150, right: 60, top: 34, bottom: 46 },
        xAxis: value(axis, "seconds", 30),
        yAxis: Object.assign({}, axis, { type: "category", inverse: true, data: bars.map((b) => b[0]), axisLabel: Object.assign({}, axis.axisLabel, { width: narrow ? 88 : 140, overflow: "break", lineHeight: 14, height: 28, lineOverflow: "truncate", fontSize: narrow ? 11 : 12 }) }),
        tooltip: Object.assign(option.tooltip, { axisPointer: { type: "none" }, formatter: (items) => tip(items[0].name, items.map((i) => [i.seriesName, i.value.toFixed(2) + " s", i.color])) }),
        series: names.map((name, at) => ({ name, type: "bar", barMaxWidth: 18, itemStyle: { color: blues[at] }, label: { show: true, position: "right", color: css("--muted"), fontSize: 11, formatter: (i) => seconds(i.value) }, data: bars.map((b) => b[1][at]) })),
      });
    },
  };
  return { kinds, group };
})();
