//! A parsed text: its values as they come, each list and object before what is in it.

use crate::FromJson;
use std::borrow::Cow;
use std::cell::Cell;

/// Lists and objects may be nested this deep: as deep as serde_json reads them.
const DEPTH: u32 = 127;

enum Node<'a> {
    Null,
    Flag(bool),
    Natural(u64),
    /// A whole number below zero, by how much.
    Below(u64),
    /// A number that is broken or out of range: none of the types has such.
    OtherNumber,
    Text(Cow<'a, str>),
    /// Up to the node at this place.
    List(usize),
    /// The same; names and values take turns.
    Object(usize),
}

pub(crate) struct Document<'a> {
    nodes: Vec<Node<'a>>,
    /// The innermost field that could not be read; the empty text while all could.
    fault: Cell<&'static str>,
}

impl<'a> Document<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Document<'a>> {
        let mut parser = Parser {
            text,
            at: 0,
            nodes: Vec::new(),
        };
        parser.value(DEPTH)?;
        match parser.token() {
            None => Some(Document::of(parser.nodes)),
            Some(_) => None,
        }
    }

    pub(crate) fn of_text(text: &'a str) -> Document<'a> {
        Document::of(vec![Node::Text(Cow::Borrowed(text))])
    }

    fn of(nodes: Vec<Node<'a>>) -> Document<'a> {
        Document {
            nodes,
            fault: Cell::new(""),
        }
    }

    pub(crate) fn root(&self) -> Json<'_> {
        Json {
            document: self,
            at: 0,
        }
    }

    pub(crate) fn fault(&self) -> &'static str {
        self.fault.get()
    }
}

/// A value of the text.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    document: &'a Document<'a>,
    at: usize,
}

impl<'a> Json<'a> {
    fn node(self) -> &'a Node<'a> {
        self.document.nodes.get(self.at).unwrap_or(&Node::Null)
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.node(), Node::Null)
    }

    /// As `true` or `false`.
    #[must_use]
    pub fn flag(self) -> Option<bool> {
        match self.node() {
            Node::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// As a whole number from 0 to `most`.
    #[inline(never)]
    #[must_use]
    pub fn natural(self, most: u64) -> Option<u64> {
        match self.node() {
            Node::Natural(number) if *number <= most => Some(*number),
            _ => None,
        }
    }

    /// As a whole number, below zero too.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        match self.node() {
            Node::Natural(number) => i64::try_from(*number).ok(),
            Node::Below(by) => 0_i64.checked_sub_unsigned(*by),
            _ => None,
        }
    }

    /// As a text.
    #[inline(never)]
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self.node() {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list.
    #[must_use]
    pub fn list(self) -> Option<Inside<'a>> {
        match self.node() {
            Node::List(end) => Some(self.inside(*end)),
            _ => None,
        }
    }

    /// The names and values of an object, taking turns.
    #[must_use]
    pub fn object(self) -> Option<Inside<'a>> {
        match self.node() {
            Node::Object(end) => Some(self.inside(*end)),
            _ => None,
        }
    }

    fn inside(self, end: usize) -> Inside<'a> {
        Inside {
            document: self.document,
            at: self.at + 1,
            end,
        }
    }

    /// The fields with these names of an object. A name that is there twice is refused.
    #[inline(never)]
    pub fn fields<'f>(
        self,
        names: &'static [&'static str],
        slots: &'f mut [usize],
    ) -> Option<Fields<'f>>
    where
        'a: 'f,
    {
        let mut inside = self.object()?;
        while let (Some(name), Some(value)) = (inside.next(), inside.next()) {
            if let Some(index) = place(names, name.text()?)
                && let Some(slot) = slots.get_mut(index)
                && std::mem::replace(slot, value.at) != 0
            {
                self.document.fault.set(names.get(index)?);
                return None;
            }
        }
        Some(Fields {
            document: self.document,
            names,
            slots,
        })
    }

    /// Which of these variants an object names in its field `tag`.
    #[inline(never)]
    #[must_use]
    pub fn tag(
        self,
        tag: &'static [&'static str; 1],
        variants: &'static [&'static str],
    ) -> Option<usize> {
        let mut slot = [0];
        self.fields(tag, &mut slot)?.json(0)?.name(variants)
    }

    /// Which of these names the text is.
    #[inline(never)]
    #[must_use]
    pub fn name(self, names: &'static [&'static str]) -> Option<usize> {
        place(names, self.text()?)
    }

    /// Which of these variants it is, with its content when it has one.
    #[inline(never)]
    #[must_use]
    pub fn variant(self, variants: &'static [&'static str]) -> Option<(usize, Option<Json<'a>>)> {
        let Some(mut inside) = self.object() else {
            return Some((self.name(variants)?, None));
        };
        let (name, content) = (inside.next()?, inside.next());
        match inside.next() {
            None => Some((name.name(variants)?, content)),
            Some(_) => None,
        }
    }
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

/// What is in a list or an object.
pub struct Inside<'a> {
    document: &'a Document<'a>,
    at: usize,
    end: usize,
}

impl<'a> Iterator for Inside<'a> {
    type Item = Json<'a>;

    #[inline(never)]
    fn next(&mut self) -> Option<Json<'a>> {
        let json = Json {
            document: self.document,
            at: self.at,
        };
        if self.at >= self.end {
            return None;
        }
        self.at = match json.node() {
            Node::List(end) | Node::Object(end) => *end,
            _ => self.at + 1,
        };
        Some(json)
    }
}

/// The fields of a struct, by their numbers.
pub struct Fields<'a> {
    document: &'a Document<'a>,
    names: &'static [&'static str],
    /// Where the fields' values are; 0, the place of the whole, for those that are not there.
    slots: &'a [usize],
}

impl Fields<'_> {
    fn json(&self, index: usize) -> Option<Json<'_>> {
        let at = *self.slots.get(index)?;
        (at != 0).then_some(Json {
            document: self.document,
            at,
        })
    }

    /// Remembers the field when nothing inside of it has been remembered before.
    #[inline(never)]
    fn blame(&self, index: usize) {
        if self.document.fault().is_empty()
            && let Some(name) = self.names.get(index)
        {
            self.document.fault.set(name);
        }
    }

    /// A field that must be there, unless its type says what it means that it is not.
    #[inline(never)]
    pub fn required<T: FromJson>(&self, index: usize) -> Option<T> {
        let found = match self.json(index) {
            Some(json) => T::from_json(json),
            None => T::absent(),
        };
        if found.is_none() {
            self.blame(index);
        }
        found
    }

    /// A field that stands for `otherwise` when it is not there.
    #[inline(never)]
    pub fn or<T: FromJson>(&self, index: usize, otherwise: T) -> Option<T> {
        match self.json(index) {
            Some(_) => self.required(index),
            None => Some(otherwise),
        }
    }

    /// Puts a field in the place of what is there already, unless the field is not there.
    #[inline(never)]
    pub fn replace<T: FromJson>(&self, index: usize, place: &mut T) -> Option<()> {
        if self.json(index).is_some() {
            *place = self.required(index)?;
        }
        Some(())
    }

    /// A field that stands for its type's default when it is not there.
    #[inline(never)]
    pub fn or_default<T: FromJson + Default>(&self, index: usize) -> Option<T> {
        match self.json(index) {
            Some(_) => self.required(index),
            None => Some(T::default()),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<Node<'a>>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next byte, when it is this one.
    fn take(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    /// The next byte that is no space.
    #[inline(never)]
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.next()
    }

    /// One value, in which lists and objects may be nested `depth` deep.
    fn value(&mut self, depth: u32) -> Option<()> {
        let first = self.token()?;
        let node = match first {
            b'"' => Node::Text(self.text()?),
            b'[' | b'{' => return self.inside(first == b'{', depth.checked_sub(1)?),
            b't' => self.word("rue", Node::Flag(true))?,
            b'f' => self.word("alse", Node::Flag(false))?,
            b'n' => self.word("ull", Node::Null)?,
            _ => {
                self.at -= 1;
                self.number()?
            }
        };
        self.nodes.push(node);
        Some(())
    }

    fn word(&mut self, rest: &str, node: Node<'a>) -> Option<Node<'a>> {
        rest.bytes().all(|byte| self.take(byte)).then_some(node)
    }

    fn inside(&mut self, is_object: bool, depth: u32) -> Option<()> {
        let place = self.nodes.len();
        self.nodes.push(Node::Null);
        let close = if is_object { b'}' } else { b']' };
        let is_empty = self.token()? == close;
        if !is_empty {
            self.at -= 1;
            loop {
                if is_object {
                    if self.token()? != b'"' {
                        return None;
                    }
                    let name = self.text()?;
                    self.nodes.push(Node::Text(name));
                    if self.token()? != b':' {
                        return None;
                    }
                }
                self.value(depth)?;
                match self.token()? {
                    b',' => {}
                    end if end == close => break,
                    _ => return None,
                }
            }
        }
        let end = self.nodes.len();
        *self.nodes.get_mut(place)? = if is_object {
            Node::Object(end)
        } else {
            Node::List(end)
        };
        Some(())
    }

    /// A text after its opening quotation mark.
    #[inline(never)]
    fn text(&mut self) -> Option<Cow<'a, str>> {
        // What comes before the last escape.
        let mut before = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let length = rest
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
            let part = rest.get(..length)?;
            self.at += length;
            match self.next()? {
                b'"' if before.is_empty() => return Some(Cow::Borrowed(part)),
                b'"' => return Some(Cow::Owned(before + part)),
                b'\\' => {
                    before.push_str(part);
                    before.push(self.escaped()?);
                }
                _ => return None,
            }
        }
    }

    /// The character of an escape after its backslash.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.four_digits()?;
                if (0xD800..0xDC00).contains(&code) {
                    if !(self.take(b'\\') && self.take(b'u')) {
                        return None;
                    }
                    let low = self.four_digits()?.checked_sub(0xDC00)?;
                    if low >= 0x400 {
                        return None;
                    }
                    code = 0x1_0000 + ((code - 0xD800) << 10) + low;
                }
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.next()?).to_digit(16)?;
        }
        Some(number)
    }

    fn number(&mut self) -> Option<Node<'a>> {
        let is_below = self.take(b'-');
        let mut is_whole = true;
        let start = self.at;
        self.digits()?;
        let digits = self.text.get(start..self.at)?;
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        if self.take(b'.') {
            self.digits()?;
            is_whole = false;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
            is_whole = false;
        }
        Some(match digits.parse() {
            Ok(number) if is_whole && !is_below => Node::Natural(number),
            // There is no whole number that is -0.
            Ok(number) if is_whole && number > 0 => Node::Below(number),
            _ => Node::OtherNumber,
        })
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
