//! A reader for the few JSON objects that the protocol itself defines: the Engine.IO handshake and the payload of
//! CONNECT. It checks the syntax of the whole text, keeps nothing and follows no nesting deeper than 32.
//! Application data is not read here, or anywhere in the core.

/// A member's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number, rounded to `f64`.
    Number(f64),
    /// A string: what stands between the quotes, escapes and all.
    String(&'a [u16]),
    /// An array, from bracket to bracket.
    Array(&'a [u16]),
    /// An object, `true`, `false` or `null`: nothing the protocol asks for.
    Other,
}

/// The text is not the JSON it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

/// Reads one object or array, member by member.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a [u16],
    at: usize,
    close: u16,
    begun: bool,
}

impl<'a> Reader<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// [`NotJson`] when the text does not begin with one.
    pub fn object(text: &'a [u16]) -> Result<Reader<'a>, NotJson> {
        Reader::open(text, OPEN_OBJECT, CLOSE_OBJECT)
    }

    /// Reads an array.
    ///
    /// # Errors
    /// [`NotJson`] when the text does not begin with one.
    pub fn array(text: &'a [u16]) -> Result<Reader<'a>, NotJson> {
        Reader::open(text, OPEN_ARRAY, CLOSE_ARRAY)
    }

    /// The next member: its key, raw and without its quotes (empty in an array), and its value. `None` after the last.
    ///
    /// # Errors
    /// [`NotJson`] where the syntax is broken, also behind the end.
    pub fn next_member(&mut self) -> Result<Option<(&'a [u16], Value<'a>)>, NotJson> {
        if !self.has_member()? {
            return if self.next() == 0 && self.at >= self.text.len() { Ok(None) } else { Err(NotJson) };
        }
        let key = if self.close == CLOSE_OBJECT { self.key()? } else { &[] };
        Ok(Some((key, self.value(0)?)))
    }

    fn open(text: &'a [u16], open: u16, close: u16) -> Result<Reader<'a>, NotJson> {
        let mut reader = Reader { text, at: 0, close, begun: false };
        reader.expect(open)?;
        Ok(reader)
    }

    /// Whether another member follows, past its comma; the closing bracket is taken.
    fn has_member(&mut self) -> Result<bool, NotJson> {
        if self.next() == self.close {
            self.at += 1;
            return Ok(false);
        }
        if self.begun {
            self.expect(COMMA)?;
        }
        self.begun = true;
        Ok(true)
    }

    fn key(&mut self) -> Result<&'a [u16], NotJson> {
        let key = self.string()?;
        self.expect(COLON)?;
        Ok(key)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, NotJson> {
        let first = self.next();
        let start = self.at;
        match first {
            QUOTE => self.string().map(Value::String),
            OPEN_ARRAY | OPEN_OBJECT if depth < MAX_DEPTH => {
                self.at += 1;
                // The two brackets of a pair are two apart.
                let mut inner = Reader { text: self.text, at: self.at, close: first + 2, begun: false };
                while inner.has_member()? {
                    if first == OPEN_OBJECT {
                        inner.key()?;
                    }
                    inner.value(depth + 1)?;
                }
                self.at = inner.at;
                let array = self.text.get(start..self.at).unwrap_or(&[]);
                Ok(if first == OPEN_ARRAY { Value::Array(array) } else { Value::Other })
            }
            LETTER_T => self.word(b"true"),
            LETTER_F => self.word(b"false"),
            LETTER_N => self.word(b"null"),
            _ => self.number().map(Value::Number),
        }
    }

    fn string(&mut self) -> Result<&'a [u16], NotJson> {
        self.expect(QUOTE)?;
        let start = self.at;
        loop {
            let unit = self.peek();
            if unit < 0x20 {
                return Err(NotJson);
            }
            self.at += 1;
            match unit {
                QUOTE => return Ok(self.text.get(start..self.at - 1).unwrap_or(&[])),
                BACKSLASH => self.escape()?,
                _ => {}
            }
        }
    }

    /// What follows a backslash. Hosts read the same text with `JSON.parse`, which takes nothing else.
    fn escape(&mut self) -> Result<(), NotJson> {
        let unit = u8::try_from(self.peek()).map_err(|_| NotJson)?;
        self.at += 1;
        match unit {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                for _ in 0..4 {
                    if !u8::try_from(self.peek()).is_ok_and(|digit| digit.is_ascii_hexdigit()) {
                        return Err(NotJson);
                    }
                    self.at += 1;
                }
                Ok(())
            }
            _ => Err(NotJson),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<Value<'a>, NotJson> {
        for byte in word {
            if self.peek() != u16::from(*byte) {
                return Err(NotJson);
            }
            self.at += 1;
        }
        Ok(Value::Other)
    }

    /// A number. Exponents are applied by repeated multiplication: exact enough for intervals in milliseconds, and free
    /// of the standard library's large exact parser.
    fn number(&mut self) -> Result<f64, NotJson> {
        let negative = self.take(MINUS);
        let leading_zero = self.peek() == ZERO;
        let (mut value, digits) = self.digits(0.0);
        let mut right = digits > 0 && !(leading_zero && digits > 1);
        let mut scale = 0.0;
        if self.take(DOT) {
            let (fraction, digits) = self.digits(value);
            right &= digits > 0;
            value = fraction;
            scale = -(digits as f64);
        }
        if self.take(LETTER_E) || self.take(LETTER_E & !0x20) {
            let down = self.take(MINUS);
            if !down {
                self.take(PLUS);
            }
            let (exponent, digits) = self.digits(0.0);
            right &= digits > 0;
            scale += if down { -exponent } else { exponent };
        }
        for _ in 0..(if scale < 0.0 { -scale } else { scale }).min(400.0) as u32 {
            value = if scale < 0.0 { value / 10.0 } else { value * 10.0 };
        }
        if right { Ok(if negative { -value } else { value }) } else { Err(NotJson) }
    }

    fn digits(&mut self, mut value: f64) -> (f64, usize) {
        let start = self.at;
        while let unit @ ZERO..=NINE = self.peek() {
            value = value * 10.0 + f64::from(unit - ZERO);
            self.at += 1;
        }
        (value, self.at - start)
    }

    fn expect(&mut self, unit: u16) -> Result<(), NotJson> {
        if self.next() == unit {
            self.at += 1;
            Ok(())
        } else {
            Err(NotJson)
        }
    }

    fn take(&mut self, unit: u16) -> bool {
        let found = self.peek() == unit;
        self.at += usize::from(found);
        found
    }

    /// The code unit behind white space.
    fn next(&mut self) -> u16 {
        while matches!(self.peek(), 0x20 | 0x09 | 0x0A | 0x0D) {
            self.at += 1;
        }
        self.peek()
    }

    /// The code unit here; 0, which JSON never holds, at the end.
    fn peek(&self) -> u16 {
        self.text.get(self.at).copied().unwrap_or(0)
    }
}

/// Whether the code units are those of an ASCII word.
#[must_use]
pub fn is(units: &[u16], word: &[u8]) -> bool {
    units.len() == word.len() && units.iter().zip(word).all(|(unit, byte)| *unit == u16::from(*byte))
}

const MAX_DEPTH: usize = 32;

const QUOTE: u16 = b'"' as u16;
const BACKSLASH: u16 = b'\\' as u16;
const COMMA: u16 = b',' as u16;
const COLON: u16 = b':' as u16;
const OPEN_ARRAY: u16 = b'[' as u16;
const CLOSE_ARRAY: u16 = b']' as u16;
const OPEN_OBJECT: u16 = b'{' as u16;
const CLOSE_OBJECT: u16 = b'}' as u16;
const MINUS: u16 = b'-' as u16;
const PLUS: u16 = b'+' as u16;
const DOT: u16 = b'.' as u16;
const ZERO: u16 = b'0' as u16;
const NINE: u16 = b'9' as u16;
const LETTER_E: u16 = b'e' as u16;
const LETTER_T: u16 = b't' as u16;
const LETTER_F: u16 = b'f' as u16;
const LETTER_N: u16 = b'n' as u16;
