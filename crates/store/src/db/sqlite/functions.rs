//! The functions of our own that statements of the expression language call, registered on every connection.
//!
//! All are deterministic and harmless, and say so: a trigger may call them though the schema is not trusted.

use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, Error, ffi};

use super::conversions as convert;
use crate::db::{StoreError, VALUE_BYTES_MAX};

pub(super) fn add(connection: &Connection) -> Result<(), StoreError> {
    add_regexp(connection)?;
    add_conversions(connection)?;
    add_decimals(connection)?;
    add_text_functions(connection)?;
    Ok(())
}

fn flags() -> FunctionFlags {
    FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS
}

/// `matches` of the expression language: RE2 syntax, linear time, searched for anywhere in the text.
fn add_regexp(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_scalar_function("regexp", 2, flags(), |context| {
        let pattern: Arc<regex::Regex> = context.get_or_create_aux(
            0,
            |value| -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
                Ok(regex::Regex::new(value.as_str()?)?)
            },
        )?;
        let text = context.get_raw(1);
        Ok(text.as_str_or_null()?.map(|text| pattern.is_match(text)))
    })
}

/// Registers a function of one value that is null of null.
fn add_of<I: FromSql + 'static, O: ToSql + 'static>(
    connection: &Connection,
    name: &str,
    convert: fn(I) -> O,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 1, flags(), move |context| {
        Ok(context.get::<Option<I>>(0)?.map(convert))
    })
}

/// The same of a text, which is not copied.
fn add_of_text<O: ToSql + 'static>(
    connection: &Connection,
    name: &str,
    convert: fn(&str) -> O,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(
        name,
        1,
        flags(),
        move |context| Ok(text(context, 0)?.map(convert)),
    )
}

fn add_conversions(connection: &Connection) -> rusqlite::Result<()> {
    add_of(connection, "_text_of_number", convert::text_of_number)?;
    add_of(connection, "_text_of_time", convert::text_of_time)?;
    add_of_text(connection, "_int_of_text", convert::int_of_text)?;
    add_of(connection, "_int_of_number", convert::int_of_number)?;
    add_of_text(connection, "_number_of_text", convert::number_of_text)?;
    add_of_text(connection, "_time_of_text", convert::time_of_text)?;
    add_of_text(connection, "_time_of_date", convert::time_of_date)?;
    add_of(connection, "_time_of_seconds", convert::time_of_seconds)?;
    add_of(connection, "_seconds_of_time", convert::seconds_of_time)?;
    add_of_text(connection, "_date_of_text", convert::date_of_text)?;
    add_of(connection, "_date_of_time", convert::date_of_time)
}

fn add_decimals(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_scalar_function("_text_of_decimal", 2, flags(), |context| {
        let scaled: Option<i64> = context.get(0)?;
        let scale = context.get(1)?;
        Ok(scaled.map(|scaled| convert::text_of_decimal(scaled, scale)))
    })?;
    connection.create_scalar_function("_decimal_of_text", 2, flags(), |context| {
        let scale = context.get(1)?;
        Ok(text(context, 0)?.and_then(|text| convert::decimal_of_text(text, scale)))
    })?;
    connection.create_scalar_function("_decimal_of_number", 2, flags(), |context| {
        let number: Option<f64> = context.get(0)?;
        let scale = context.get(1)?;
        Ok(number.and_then(|number| convert::decimal_of_number(number, scale)))
    })?;
    connection.create_scalar_function("_decimal_of_decimal", 3, flags(), |context| {
        let scaled: Option<i64> = context.get(0)?;
        let (from, to) = (context.get(1)?, context.get(2)?);
        Ok(scaled.and_then(|scaled| convert::decimal_of_decimal(scaled, from, to)))
    })
}

fn add_text_functions(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_scalar_function("_replace", 3, flags(), |context| {
        let (Some(whole), Some(part), Some(other)) =
            (text(context, 0)?, text(context, 1)?, text(context, 2)?)
        else {
            return Ok(None);
        };
        // Asked first: a short text can become one that fills the memory.
        let bytes = convert::replaced_bytes(whole, part, other);
        if bytes.is_none_or(|bytes| i32::try_from(bytes).is_ok_and(|bytes| bytes <= VALUE_BYTES_MAX)) {
            return Ok(Some(whole.replace(part, other)));
        }
        Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None))
    })?;
    connection.create_scalar_function("_substring", 2, flags(), |context| {
        let start: Option<i64> = context.get(1)?;
        Ok(text(context, 0)?
            .zip(start)
            .and_then(|(text, start)| convert::substring(text, start, None).map(str::to_owned)))
    })?;
    connection.create_scalar_function("_substring", 3, flags(), |context| {
        let start: Option<i64> = context.get(1)?;
        let end: Option<i64> = context.get(2)?;
        Ok(text(context, 0)?
            .zip(start.zip(end))
            .and_then(|(text, (start, end))| convert::substring(text, start, Some(end)).map(str::to_owned)))
    })?;
    connection.create_scalar_function("_char_at", 2, flags(), |context| {
        let at: Option<i64> = context.get(1)?;
        Ok(text(context, 0)?
            .zip(at)
            .and_then(|(text, at)| convert::char_at(text, at)))
    })?;
    connection.create_scalar_function("_last_index_of", 2, flags(), |context| {
        Ok(text(context, 0)?
            .zip(text(context, 1)?)
            .map(|(text, part)| convert::last_index_of(text, part)))
    })
}

fn text<'a>(context: &'a Context<'_>, argument: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(context.get_raw(argument).as_str_or_null()?)
}
