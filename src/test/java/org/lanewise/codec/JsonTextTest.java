package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON in, JSON out, and where it is not JSON. */
class JsonTextTest {
    @Test
    void everyKindOfValue() {
        String json = "{\"a\":[1,-2.5e+10,0,true,false,null],\"b \\\" \\\\ \\n\\u0001 ü\":{},\"\":[]}";
        assertEquals(json, JsonText.parse(" \t\r\n" + json + "\n").toString());
        assertEquals("{\"a\": [1, {\"b\": 2}]}", JsonText.parse("{\"a\":[1,{\"b\":2}]}").spaced());
        assertEquals(new JsonValue.Text("/é\uD83D\uDE00"),
                JsonText.parse("\"\\/\\u00e9\\ud83d\\ude00\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            ^^        | line 1, column 1: Unexpected end, expected a value
            [1,]      | line 1, column 4: Unexpected ], expected a value
            [1 2]     | line 1, column 4: Unexpected 2], expected ',' or ']'
            {'a':1 }} | line 1, column 9: Unexpected }, expected nothing more
            {'a':1,}  | line 1, column 8: Unexpected }, expected '"'
            {'a' 1}   | line 1, column 6: Unexpected 1}, expected ':'
            {a:1}     | line 1, column 2: Unexpected a:1}, expected '"'
            01        | line 1, column 2: Unexpected 1, expected nothing more
            +1        | line 1, column 1: Unexpected +1, expected a value
            .5        | line 1, column 1: Unexpected .5, expected a value
            NaN       | line 1, column 1: Unexpected NaN, expected a value
            tru       | line 1, column 1: Unexpected tru, expected a value
            'a        | line 1, column 3: Unexpected end, expected a string that ends
            '\\x'     | line 1, column 3: Unexpected x", expected an escaped letter
            """)
    void saysWhereItIsNoJson(String text, String message) {
        assertEquals(message, assertThrows(JsonException.class,
                () -> JsonText.parse(text.replace('\'', '"'))).getMessage());
    }

    @Test
    void countsLines() {
        assertEquals("line 3, column 2: Unexpected !, expected a value", assertThrows(
                JsonException.class, () -> JsonText.parse("[\n1,\n !"))
                .getMessage());
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertEquals("line 1, column 65: nested deeper than 64 levels", assertThrows(
                JsonException.class, () -> JsonText.parse("[".repeat(100_000))).getMessage());
        String deep = "[".repeat(64) + "]".repeat(64);
        assertEquals(deep, JsonText.parse(deep).toString());
    }
}
