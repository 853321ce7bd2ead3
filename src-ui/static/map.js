// Draws the map with Leaflet, which is loaded when the first map opens. What it means that a pin moved, what the
// buttons around it say, and when it closes is the app's, which finds `openMap` on the page's global object: it must not
// evaluate code, and so can't import.

let loading;

function leaflet() {
  loading ??= import("/leaflet/leaflet.js").then(() => window.L);
  // What failed once may be tried again.
  loading.catch(() => (loading = undefined));
  return loading;
}

// Lines of the map's data: the first point, then the steps from point to point, in thousandths of a degree.
function points(text) {
  let lat = 0;
  let lon = 0;
  return text.split(" ").map((step) => {
    const [north, east] = step.split(",").map(Number);
    lat += north;
    lon += east;
    return [lat / 1000, lon / 1000];
  });
}

function label(L, at, name, kind) {
  const text = document.createElement("span");
  text.textContent = name;
  const icon = L.divIcon({ className: `map-label map-${kind}`, html: text, iconSize: null });
  return L.marker(at, { icon, interactive: false, keyboard: false });
}

// Gives what is seen at a zoom alone.
function between(map, layer, from, to) {
  const show = () => {
    const seen = map.getZoom() >= from && map.getZoom() <= to;
    if (seen !== map.hasLayer(layer)) seen ? layer.addTo(map) : layer.remove();
  };
  map.on("zoomend", show);
  show();
}

function draw(L, map, data) {
  const lines = { N: [], O: [], B: [], R: [] };
  const [towns, wards] = [L.layerGroup(), L.layerGroup()];
  for (const row of data.split("\n")) {
    const cells = row.split("\t");
    if (cells[0] in lines) lines[cells[0]].push(points(cells[cells.length - 1]));
    if (cells[0] === "T") label(L, [cells[2], cells[3]].map(Number), cells[1], "town").addTo(towns);
    if (cells[0] === "W") label(L, [cells[3], cells[4]].map(Number), cells[2], "ward").addTo(wards);
  }
  const line = (kind, name) => L.polyline(lines[kind], { className: `map-line map-${name}`, interactive: false });
  line("N", "beside").addTo(map);
  line("B", "between").addTo(map);
  line("O", "outline").addTo(map);
  // Drawn by hand through the towns: near by they would only mislead.
  between(map, line("R", "road"), 0, 12);
  between(map, towns, 9, 22);
  between(map, wards, 11, 22);
}

// Opens a map in an element. `told` hears of a pin that the citizen moved: latitude, longitude, and metres in a pixel.
async function openMap(element, config, told) {
  const L = await leaflet();
  if (!element.isConnected) return undefined;
  const map = L.map(element, {
    attributionControl: false,
    keyboard: false,
    maxBounds: L.latLngBounds(config.bounds).pad(1),
    maxZoom: config.tiles ? config.tiles.max_zoom : 17,
    minZoom: 7,
    renderer: L.svg({ padding: 0.5 }),
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    zoomControl: false,
  });
  map.setView(config.view, config.zoom);
  draw(L, map, config.data);
  if (config.tiles) {
    L.tileLayer(config.tiles.url, { maxZoom: config.tiles.max_zoom, minZoom: 7, className: "map-tiles" }).addTo(map);
  }
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  const perPixel = () => {
    const centre = map.getSize().divideBy(2);
    return map.distance(map.containerPointToLatLng(centre), map.containerPointToLatLng(centre.add([1, 0])));
  };
  const icon = L.divIcon({ className: "map-pin", html: config.pin, iconSize: [48, 56], iconAnchor: [24, 53] });
  let pin;
  const place = (at) => {
    if (pin) return pin.setLatLng(at);
    pin = L.marker(at, { icon, draggable: true, autoPan: true, keyboard: false, zIndexOffset: 1000 }).addTo(map);
    pin.on("dragend", () => tell(pin.getLatLng()));
    return pin;
  };
  const tell = (at) => {
    place(at);
    told(at.lat, at.lng, perPixel());
  };
  map.on("click", (event) => tell(event.latlng));

  let own;
  return {
    setPin(lat, lon) {
      place([lat, lon]);
    },
    pinToCentre() {
      tell(map.getCenter());
    },
    // Moves the pin by so many pixels, or makes one in the middle.
    nudge(right, down) {
      const from = map.latLngToContainerPoint(pin ? pin.getLatLng() : map.getCenter());
      const to = map.containerPointToLatLng(from.add([right, down]));
      tell(to);
      if (!map.getBounds().pad(-0.1).contains(to)) map.panTo(to);
    },
    setOwn(lat, lon, metres) {
      own?.remove();
      const circle = L.circle([lat, lon], { radius: metres, className: "map-accuracy", interactive: false });
      const dot = L.circleMarker([lat, lon], { radius: 7, className: "map-own", interactive: false });
      own = L.layerGroup([circle, dot]).addTo(map);
    },
    lookAt(lat, lon) {
      map.setView([lat, lon], Math.max(map.getZoom(), 15));
    },
    zoomBy(steps) {
      map.setZoom(map.getZoom() + steps);
    },
    close() {
      map.remove();
    },
  };
}

globalThis.openMap = openMap;
