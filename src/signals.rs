//! Signals, memos and kept values whose code is in the program once, whatever they hold.
//!
//! Those of the framework are copied by the compiler for each type that they hold: a quarter of the program was such copies. Here
//! all hold the same [`Kept`], and the type that each was made for is known by its handle. They are named and used as the
//! framework's are; what a handle promises (when it panics, what `try_` says of one that is gone) is theirs.
//!
//! A value is not to be changed while somebody reads it further up the stack; the framework's would not return from that.

use leptos::prelude::{self as framework, *};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value of any type, and whether another one of that type is the same.
#[derive(Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

impl Kept {
    fn new<T: Send + Sync + 'static>(value: T) -> Kept {
        Kept {
            value: Arc::new(value),
            same: |_, _| false,
        }
    }

    fn comparable<T: PartialEq + Send + Sync + 'static>(value: T) -> Kept {
        Kept {
            value: Arc::new(value),
            same: |one, other| one.downcast_ref::<T>() == other.downcast_ref::<T>(),
        }
    }

    /// Not inlined, like all that a reader needs: it would stand at every one of some hundred places.
    #[inline(never)]
    fn get<T: 'static>(&self) -> &T {
        match self.value.downcast_ref() {
            Some(value) => value,
            None => misused(),
        }
    }

    #[inline(never)]
    fn get_mut<T: 'static>(&mut self) -> &mut T {
        match Arc::get_mut(&mut self.value).and_then(|value| value.downcast_mut()) {
            Some(value) => value,
            None => misused(),
        }
    }
}

/// A handle never leads to a value of another type; and nobody changes what is being read.
#[cold]
#[allow(
    clippy::panic,
    reason = "a fault of this program, as for the framework"
)]
fn misused() -> ! {
    panic!("a value was changed while it was read")
}

/// The handles: `$framework` is the framework's for what is kept.
macro_rules! handle {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        pub(crate) struct $name<T: 'static> {
            kept: framework::$name<Kept>,
            holds: PhantomData<fn(T) -> T>,
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> $name<T> {
            fn of(kept: framework::$name<Kept>) -> Self {
                $name {
                    kept,
                    holds: PhantomData,
                }
            }
        }
    };
}

handle!(
    /// A value that whoever reads it is told of when it changes.
    RwSignal
);
handle!(
    /// A value made of others, made anew when they change; who reads it is told only when it then differs.
    Memo
);
handle!(
    /// A value to be read: of an [`RwSignal`], of a [`Memo`], made of others each time, or one that stays.
    Signal
);
handle!(
    /// A value that nobody is told of.
    StoredValue
);

/// How a handle is read; each is one function for all types.
macro_rules! readable {
    ($name:ident, $tracked:ident, $untracked:ident) => {
        #[inline(never)]
        fn $tracked(kept: framework::$name<Kept>) -> Option<Kept> {
            kept.try_get()
        }

        #[inline(never)]
        fn $untracked(kept: framework::$name<Kept>) -> Option<Kept> {
            kept.try_get_untracked()
        }

        #[allow(dead_code, reason = "every handle is read alike")]
        impl<T: Send + Sync + 'static> $name<T> {
            pub(crate) fn try_with<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
                $tracked(self.kept).map(|kept| reading(kept, read))
            }

            pub(crate) fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
                reading(present($tracked(self.kept)), read)
            }

            pub(crate) fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
                $untracked(self.kept).map(|kept| reading(kept, read))
            }

            pub(crate) fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
                reading(present($untracked(self.kept)), read)
            }

            pub(crate) fn track(self) {
                self.kept.track();
            }
        }

        #[allow(dead_code, reason = "every handle is read alike")]
        impl<T: Clone + Send + Sync + 'static> $name<T> {
            pub(crate) fn try_get(self) -> Option<T> {
                self.try_with(T::clone)
            }

            pub(crate) fn get(self) -> T {
                self.with(T::clone)
            }

            pub(crate) fn try_get_untracked(self) -> Option<T> {
                self.try_with_untracked(T::clone)
            }

            pub(crate) fn get_untracked(self) -> T {
                self.with_untracked(T::clone)
            }
        }
    };
}

readable!(RwSignal, signal, signal_untracked);
readable!(Memo, memo, memo_untracked);
readable!(Signal, read, read_untracked);

fn reading<T: 'static, U>(kept: Kept, read: impl FnOnce(&T) -> U) -> U {
    let read = read(kept.get());
    let_go(kept);
    read
}

#[inline(never)]
fn let_go(kept: Kept) {
    drop(kept);
}

/// What a handle that nobody has disposed of leads to.
#[inline(never)]
#[allow(clippy::panic, reason = "as the framework's own handles")]
fn present(kept: Option<Kept>) -> Kept {
    match kept {
        Some(kept) => kept,
        None => panic!("a value was read that is gone"),
    }
}

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(new_signal(Kept::new(value)))
    }

    pub(crate) fn set(self, value: T) {
        set_signal(self.kept, Kept::new(value));
    }

    /// Nothing, or `Some` when the signal is gone.
    pub(crate) fn try_set(self, value: T) -> Option<()> {
        set_signal(self.kept, Kept::new(value))
    }

    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        let mut change = Some(change);
        update_signal(self.kept, &mut |kept| {
            if let Some(change) = change.take() {
                change(kept.get_mut());
            }
        });
    }
}

#[inline(never)]
fn new_signal(kept: Kept) -> framework::RwSignal<Kept> {
    framework::RwSignal::new(kept)
}

#[inline(never)]
fn set_signal(signal: framework::RwSignal<Kept>, kept: Kept) -> Option<()> {
    signal.try_set(kept).map(drop)
}

#[inline(never)]
fn update_signal(signal: framework::RwSignal<Kept>, change: &mut dyn FnMut(&mut Kept)) {
    signal.try_update(change);
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    pub(crate) fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        Self::of(new_memo(Box::new(move |before| {
            Kept::comparable(make(before.map(Kept::get)))
        })))
    }
}

type Making = Box<dyn Fn(Option<&Kept>) -> Kept + Send + Sync>;

#[inline(never)]
fn new_memo(make: Making) -> framework::Memo<Kept> {
    framework::Memo::new(make)
}

impl<T: Send + Sync + 'static> Signal<T> {
    pub(crate) fn derive(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::of(derived(Box::new(move || Kept::new(make()))))
    }

    pub(crate) fn stored(value: T) -> Self {
        Self::of(stored(Kept::new(value)))
    }
}

#[inline(never)]
fn derived(make: Box<dyn Fn() -> Kept + Send + Sync>) -> framework::Signal<Kept> {
    framework::Signal::derive(make)
}

#[inline(never)]
fn stored(kept: Kept) -> framework::Signal<Kept> {
    framework::Signal::stored(kept)
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::of(framework::Signal::from(signal.kept))
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::of(framework::Signal::from(memo.kept))
    }
}

impl<T: Send + Sync + 'static> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Signal::stored(value)
    }
}

impl From<&str> for Signal<String> {
    fn from(text: &str) -> Self {
        Signal::stored(text.to_owned())
    }
}

impl<T: Default + Send + Sync + 'static> Default for Signal<T> {
    fn default() -> Self {
        Signal::stored(T::default())
    }
}

#[allow(dead_code, reason = "as the framework's own handle")]
impl<T: Send + Sync + 'static> StoredValue<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(new_stored(Kept::new(value)))
    }

    pub(crate) fn try_with_value<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        stored_value(self.kept).map(|kept| reading(kept, read))
    }

    pub(crate) fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        reading(present(stored_value(self.kept)), read)
    }

    pub(crate) fn set_value(self, value: T) {
        set_stored(self.kept, Kept::new(value));
    }

    /// Nothing, or `Some` when the value is gone.
    pub(crate) fn try_set_value(self, value: T) -> Option<()> {
        set_stored(self.kept, Kept::new(value))
    }

    pub(crate) fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut change = Some(change);
        let mut outcome = None;
        update_stored(self.kept, &mut |kept| {
            outcome = change.take().map(|change| change(kept.get_mut()));
        });
        outcome
    }

    pub(crate) fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }
}

#[allow(dead_code, reason = "as the framework's own handle")]
impl<T: Clone + Send + Sync + 'static> StoredValue<T> {
    pub(crate) fn get_value(self) -> T {
        self.with_value(T::clone)
    }

    pub(crate) fn try_get_value(self) -> Option<T> {
        self.try_with_value(T::clone)
    }
}

#[inline(never)]
fn new_stored(kept: Kept) -> framework::StoredValue<Kept> {
    framework::StoredValue::new(kept)
}

#[inline(never)]
fn stored_value(kept: framework::StoredValue<Kept>) -> Option<Kept> {
    kept.try_get_value()
}

#[inline(never)]
fn set_stored(stored: framework::StoredValue<Kept>, kept: Kept) -> Option<()> {
    stored.try_set_value(kept).map(drop)
}

#[inline(never)]
fn update_stored(stored: framework::StoredValue<Kept>, change: &mut dyn FnMut(&mut Kept)) {
    stored.try_update_value(change);
}

/// Does something each time that a count has changed, as long as the surrounding part of the page is there.
pub(crate) fn whenever(count: RwSignal<u32>, then: Callback<()>) {
    Effect::new(move |before: Option<u32>| {
        let now = count.get();
        if before.is_some_and(|before| before != now) {
            untrack(|| then.run(()));
        }
        now
    });
}
