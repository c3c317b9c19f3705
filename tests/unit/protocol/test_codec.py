"""Frames to messages and back."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.errors import ProtocolError
from sundog.protocol.codec import (
    decode_binary,
    decode_text,
    encode_batch,
    encode_control,
    encode_message,
)
from sundog.protocol.message import Answer, CommClose, CommMessage, CommOpen, PageBatch, Ping

INVALID = 1007
DEEP = 100_000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
json_objects = st.dictionaries(st.text(max_size=8), json_values, max_size=4)


def binary_frame(header: object, *buffers: bytes) -> bytes:
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(encoded)) + encoded + b"".join(buffers)


def as_bytes(buffers: list[list[memoryview]]) -> list[list[bytes]]:
    return [[bytes(buffer) for buffer in own] for own in buffers]


class TestDecodeText:
    def test_a_batch_holds_each_kind_of_message(self) -> None:
        batch = decode_text(
            '[7,1,[["open","a","target",{"x":1},{"m":2}],["msg","a",{"y":2},{"metadata":{}}],'
            '["close","a",{}]]]'
        )

        assert batch == PageBatch(
            seen=7,
            first=1,
            messages=[
                CommOpen("a", "target", {"x": 1}, {"m": 2}),
                CommMessage("a", {"y": 2}, {"metadata": {}}),
                CommClose("a", {}),
            ],
        )

    def test_an_answer(self) -> None:
        batch = decode_text('[0,1,[["answer",7,"yes"]]]')
        assert isinstance(batch, PageBatch)
        assert batch.messages == [Answer(7, "yes")]

    def test_what_a_message_leaves_out_is_empty(self) -> None:
        batch = decode_text('[0,1,[["open","a","t"],["msg","a"],["close","a"]]]')

        assert isinstance(batch, PageBatch)
        assert batch.messages == [CommOpen("a", "t"), CommMessage("a"), CommClose("a")]

    def test_a_batch_may_be_empty(self) -> None:
        assert decode_text("[3,0,[]]") == PageBatch(3, 0, [])

    def test_an_object_is_a_control_message(self) -> None:
        assert decode_text('{"type": "ping"}') == Ping()

    @given(st.lists(st.tuples(st.text(min_size=1, max_size=9), json_objects), max_size=5))
    def test_what_a_page_encodes_arrives_unchanged(
        self, messages: list[tuple[str, dict[str, object]]]
    ) -> None:
        frame = json.dumps([5, 9, [["msg", comm_id, data] for comm_id, data in messages]])

        batch = decode_text(frame)

        assert isinstance(batch, PageBatch)
        assert batch.messages == [CommMessage(comm_id, data) for comm_id, data in messages]

    @pytest.mark.parametrize(
        "frame",
        [
            "",
            " ",
            "null",
            "1",
            '"text"',
            "{}",
            '{"type":"pong"}',
            '{"type":1}',
            '{"type":"ping","more":1}',
            '{"type":"ping"',
            "[]",
            "[0,1]",
            "[0,1,[],null,null]",
            "[-1,1,[]]",
            "[0,-1,[]]",
            "[true,1,[]]",
            "[0.5,1,[]]",
            "[1e400,1,[]]",
            f"[{2**53},1,[]]",
            f"[0,{2**80},[]]",
            '["0",1,[]]',
            "[0,1,{}]",
            "[0,1,[[]]]",
            '[0,1,["open"]]',
            '[0,1,[["unknown","a"]]]',
            '[0,1,[["open","a"]]]',
            '[0,1,[["open","","t"]]]',
            '[0,1,[["open","a",""]]]',
            '[0,1,[["open","a","t",{},{},{}]]]',
            '[0,1,[["msg","a",[]]]]',
            '[0,1,[["msg","a",null]]]',
            '[0,1,[["msg",1,{}]]]',
            '[0,1,[["answer",1]]]',
            '[0,1,[["answer","1","yes"]]]',
            '[0,1,[["answer",-1,"yes"]]]',
            '[0,1,[["answer",1,7]]]',
            f'[0,1,[["answer",1,"{"x" * ((1 << 16) + 1)}"]]]',
            '[0,1,[["location"]]]',
            '[0,1,[["location",""]]]',
            '[0,1,[["location","there"]]]',
            '[0,1,[["location","https://there.example/"]]]',
            '[0,1,[["location","/\\\\there.example/"]]]',
            '[0,1,[["location","/a b"]]]',
            '[0,1,[["location","/a\\n"]]]',
            '[0,1,[["location","/","push"]]]',
            f'[0,1,[["location","/{"a" * 4096}"]]]',
            f'[0,1,[["msg","{"a" * 257}",{{}}]]]',
            f'[0,1,[["open","a","{"t" * 257}"]]]',
            '[0,1,[["msg","a",{"x":1}]],[[1]]]',
            "[0,1,[],[[-1]]]",
            "[0,1,[]] trailing",
            "\ud800",
            "[" * DEEP,
            '[0,1,[["msg","a",{"x":' + "[" * DEEP,
            '[0,1,[["msg","a",' + '{"x":' * DEEP,
        ],
        ids=lambda frame: frame[:30].encode("ascii", "replace").decode(),
    )
    def test_anything_else_is_a_protocol_error(self, frame: str) -> None:
        with pytest.raises(ProtocolError) as raised:
            decode_text(frame)

        assert raised.value.code == INVALID

    @given(st.text())
    def test_no_text_raises_anything_but_a_protocol_error(self, frame: str) -> None:
        for attempt in (frame, "{" + frame, "[0,1,[" + frame, '[0,1,[["msg","a",{"' + frame):
            with contextlib.suppress(ProtocolError):
                decode_text(attempt)

    @given(json_values)
    def test_no_json_raises_anything_but_a_protocol_error(self, value: object) -> None:
        for shape in (value, [0, 1, value], [0, 1, [value]], [0, 1, [["msg", "a", value]]]):
            with contextlib.suppress(ProtocolError):
                decode_text(json.dumps(shape))

    @pytest.mark.parametrize(
        "frame", ['{"type":"ping","a\\r\\nb\\u001b[31m":1}', '[0,1,[["a\\nb\\u001b","x"]]]']
    )
    def test_an_error_tells_no_control_characters_to_the_log(self, frame: str) -> None:
        with pytest.raises(ProtocolError) as raised:
            decode_text(frame)

        assert str(raised.value).isprintable()
        assert str(raised.value).isascii()

    @pytest.mark.parametrize(
        ("escaped", "text"),
        [
            (r"\ud83d", "\ufffd"),
            (r"a\udE00b", "a\ufffdb"),
            (r"\ud83d\ud83d\ude00", "\ufffd😀"),
            (r"\\ud83d \ud83d", "\\ud83d \ufffd"),
            (r"\ude00\ud83d", "\ufffd\ufffd"),
        ],
    )
    def test_half_of_a_surrogate_pair_becomes_the_replacement_character(
        self, escaped: str, text: str
    ) -> None:
        frame = f'[0,1,[["msg","a",{{"x":"{escaped}"}}]]]'

        assert decode_text(frame) == PageBatch(0, 1, [CommMessage("a", {"x": text})])
        assert decode_binary(binary_frame(f"{frame[:-1]},[[]]]".encode()))[0].messages == [
            CommMessage("a", {"x": text})
        ]


class TestDecodeBinary:
    def test_each_message_gets_its_buffers(self) -> None:
        messages = [["msg", "a", {}], ["msg", "b", {}], ["close", "c"]]
        frame = binary_frame([4, 2, messages, [[3, 0], [], [2]]], b"abc", b"de")

        batch, buffers = decode_binary(frame)

        assert [type(message) for message in batch.messages] == [
            CommMessage,
            CommMessage,
            CommClose,
        ]
        assert [[bytes(buffer) for buffer in own] for own in buffers] == [
            [b"abc", b""],
            [],
            [b"de"],
        ]

    def test_buffers_are_writable_and_private(self) -> None:
        frame = binary_frame([0, 1, [["msg", "a"]], [[2]]], b"xy")

        _, [[buffer]] = decode_binary(frame)
        buffer[0] = ord("z")

        assert bytes(buffer) == b"zy"
        assert frame.endswith(b"xy")

    @pytest.mark.parametrize(
        "frame",
        [
            b"",
            b"\0\0\0",
            b"\0\0\0\0",
            b"\xff\xff\xff\xff",
            b"\0\0\0\x09[0,1,[]]",
            binary_frame(b"[0,1"),
            binary_frame(b"\xff\xfe"),
            binary_frame(b'{"type":"ping"}'),
            binary_frame([0, 1, [["msg", "a"]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], []], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[], [1]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[2]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[1]]], b"xy"),
            binary_frame([0, 1, [["msg", "a"]], [[2**53 - 1]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[2**64]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[-1, 2]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [["1"]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [[1.0]]], b"x"),
            binary_frame([0, 1, [["msg", "a"]], [0] * 100_001]),
            binary_frame([0, 1, [["msg", "a"]], [[0] * 100_001]]),
            binary_frame([0, 1, [["msg", "a"]] * 100_001, [[]] * 100_001]),
            binary_frame(b'[0,1,[["msg","a",{"x":' + b"[" * DEEP),
        ],
        ids=range(22),
    )
    def test_anything_else_is_a_protocol_error(self, frame: bytes) -> None:
        with pytest.raises(ProtocolError) as raised:
            decode_binary(frame)

        assert raised.value.code == INVALID

    @given(st.binary(max_size=200))
    def test_no_bytes_raise_anything_but_a_protocol_error(self, data: bytes) -> None:
        header = b'[0,1,[["msg","a"]],[[1]]]'
        for frame in (data, binary_frame(data), binary_frame(header, data)):
            with contextlib.suppress(ProtocolError):
                decode_binary(frame)

    @given(st.lists(st.lists(st.binary(max_size=50), max_size=3), max_size=5))
    def test_buffers_arrive_unchanged(self, buffers: list[list[bytes]]) -> None:
        lengths = [[len(buffer) for buffer in own] for own in buffers]
        header = [0, 1, [["msg", "a"]] * len(buffers), lengths]
        frame = binary_frame(header, *(buffer for own in buffers for buffer in own))

        _, decoded = decode_binary(frame)

        assert as_bytes(decoded) == buffers


class TestEncode:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (np.float64(1.5), "1.5"),
            (np.float32(0.5), "0.5"),
            (np.int64(-3), "-3"),
            (np.bool_(True), "true"),
            (np.arange(3), "[0,1,2]"),
            (np.array(5), "5"),
            (np.str_("s"), '"s"'),
            (float("nan"), "null"),
            (float("inf"), "null"),
            (2**70, str(2**70)),
            (range(2), "[0,1]"),
            ({1, 2}, "[1,2]"),
            ({3: "x"}, '{"3":"x"}'),
            ({np.int64(3): "x"}, '{"3":"x"}'),
            ({None: 1}, '{"null":1}'),
            ({True: 1, False: 2}, '{"true":1,"false":2}'),
            ({"a": {True: {False: 1}}}, '{"a":{"true":{"false":1}}}'),
            ((n for n in (1, 2)), "[1,2]"),
            ({"a": 1}.items(), '[["a",1]]'),
            (type("Text", (str,), {})("s"), '"s"'),
            (type("Whole", (int,), {})(3), "3"),
            (type("Stamp", (datetime.datetime,), {})(2020, 1, 2), '"2020-01-02T00:00:00"'),
            (datetime.date(2020, 1, 2), '"2020-01-02"'),
            (decimal.Decimal("1.5"), '"1.5"'),
            ("\ud800 in a name", '"? in a name"'),
            ({"\ud800": ["\udfff", 1, ("x",)]}, '{"?":["?",1,["x"]]}'),
            ("\u2028 </script>", '"\u2028 </script>"'),
        ],
    )
    def test_python_values_become_json(self, value: object, text: str) -> None:
        assert encode_message(value).text.decode() == f"[{text}]"

    @pytest.mark.parametrize(
        "value",
        [object(), 1j, {(1, 2): 3}, {frozenset(): 1}, print],
        ids=["object", "complex", "tuple key", "frozenset key", "function"],
    )
    def test_what_json_has_no_word_for_is_a_type_error(self, value: object) -> None:
        with pytest.raises(TypeError):
            encode_message(value)

    def test_a_value_that_holds_itself_is_a_type_error(self) -> None:
        value: list[object] = []
        value.append(value)

        with pytest.raises(TypeError, match="holds itself"):
            encode_message(value)

    def test_buffers_are_copied(self) -> None:
        array = np.arange(4, dtype=np.uint8)
        raw = bytearray(b"abc")

        message = encode_message("msg", buffers=[array, memoryview(raw), b"kept"])
        array[:] = 0
        raw[0] = 0

        assert message.buffers == (b"\0\1\2\3", b"abc", b"kept")

    def test_a_buffer_need_not_be_contiguous(self) -> None:
        message = encode_message("msg", buffers=[np.arange(6, dtype=np.uint8)[::2]])

        assert message.buffers == (b"\0\2\4",)

    def test_size_counts_text_and_buffers(self) -> None:
        assert encode_message("msg", buffers=[b"12345"]).size == len('["msg"]') + 5

    def test_messages_without_buffers_make_a_text_frame(self) -> None:
        frame = encode_batch(
            3, 7, [encode_message("msg", "a", {"x": "é"}), encode_message("ready")]
        )

        assert frame == '[3,7,[["msg","a",{"x":"é"}],["ready"]]]'

    def test_a_batch_may_be_empty(self) -> None:
        assert encode_batch(3, 7, []) == "[3,7,[]]"

    def test_one_message_with_buffers_makes_a_binary_frame(self) -> None:
        messages = [
            encode_message("msg", "a", {}),
            encode_message("msg", "b", {}, buffers=[b"xyz", b""]),
        ]

        frame = encode_batch(3, 7, messages)

        assert isinstance(frame, bytes)
        batch, buffers = decode_binary(frame)
        assert (batch.seen, batch.first) == (3, 7)
        assert batch.messages == [CommMessage("a"), CommMessage("b")]
        assert as_bytes(buffers) == [[], [b"xyz", b""]]

    def test_a_control_message_is_an_object(self) -> None:
        assert json.loads(encode_control({"type": "welcome", "seq": 3})) == {
            "type": "welcome",
            "seq": 3,
        }
