"""anywidget, as the first widget library that is not ours."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

pytest.importorskip("anywidget")

APP = '''
import anywidget
import ipywidgets as widgets
import traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model }) { model.set("note", "initialized"); model.save_changes(); },
      render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const show = () => { button.textContent = `count ${model.get("value")}`; };
        button.addEventListener("click", () => {
          model.set("value", model.get("value") + 1);
          model.save_changes();
        });
        model.on("change:value", show);
        show();
        const size = document.createElement("span");
        size.className = "size";
        const measure = () => {
          const view = model.get("data");
          let sum = 0;
          for (let i = 0; i < view.byteLength; i++) { sum += view.getUint8(i); }
          size.textContent = `${view.byteLength} bytes ${sum}`;
        };
        model.on("change:data", measure);
        measure();
        const send = document.createElement("button");
        send.className = "send";
        send.textContent = "send";
        send.addEventListener("click", () => {
          const bytes = new Uint8Array(100000).map((_, i) => i % 251);
          model.send({ kind: "bytes" }, undefined, [bytes.buffer]);
          model.set("back", new DataView(bytes.buffer));
          model.save_changes();
        });
        const got = document.createElement("span");
        got.className = "got";
        model.on("msg:custom", (message, buffers) => {
          got.textContent = `${message.text} ${buffers[0].byteLength} ${buffers[0].getUint8(2)}`;
        });
        el.append(button, size, send, got);
        return () => { window.cleaned = true; };
      },
    };
    """
    _css = ".counter { color: rgb(1, 2, 3); }"
    value = traitlets.Int(1).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    data = traitlets.Bytes(b"\\x01\\x02").tag(sync=True)
    back = traitlets.Bytes(b"").tag(sync=True, from_json=lambda view, _: bytes(view))

counter = Counter()
said, note, back, message = (widgets.Label() for _ in range(4))
widgets.dlink((counter, "value"), (said, "value"), lambda value: f"python {value}")
widgets.dlink((counter, "note"), (note, "value"))
def summed(data):
    return f"{len(data)} bytes {sum(data)}"
widgets.dlink((counter, "back"), (back, "value"), lambda data: f"back {summed(data)}")
def receive(widget, content, buffers):
    message.value = f"{content['kind']} {summed(bytes(buffers[0]))}"
    widget.send({"text": "thanks"}, [b"abc"])
counter.on_msg(receive)
give = widgets.Button(description="Give")
def change(_):
    counter.value = 10
    counter.data = bytes(range(256)) * 1000
give.on_click(change)
close = widgets.Button(description="Close")
close.on_click(lambda _: counter.close())
widgets.VBox([counter, give, close, said, note, back, message])
'''

TOTAL = sum(index % 251 for index in range(100_000))


def test_both_ways(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    counter = page.locator(".counter")
    expect(counter).to_have_text("count 1")
    expect(counter).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.get_by_text("initialized")).to_be_visible()
    counter.click()
    expect(counter).to_have_text("count 2")
    expect(page.get_by_text("python 2")).to_be_visible()
    page.get_by_role("button", name="Give").click()
    expect(counter).to_have_text("count 10")


def test_bytes_arrive_intact(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    expect(page.locator(".size")).to_have_text("2 bytes 3")
    page.get_by_role("button", name="Give").click()
    expect(page.locator(".size")).to_have_text(f"256000 bytes {sum(range(256)) * 1000}")
    page.locator(".send").click()
    expect(page.get_by_text(f"bytes 100000 bytes {TOTAL}", exact=True)).to_be_visible()
    expect(page.get_by_text(f"back 100000 bytes {TOTAL}", exact=True)).to_be_visible()
    expect(page.locator(".got")).to_have_text("thanks 3 99")


def test_it_is_told_of_its_end(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(APP).url)
    expect(page.locator(".counter")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".counter")).to_have_count(0)
    page.wait_for_function("window.cleaned === true")
