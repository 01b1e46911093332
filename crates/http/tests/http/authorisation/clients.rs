//! The rows of clients that sign people in here.

/// The id, where there is one, is that of no client.
pub(super) const ROWS: &[(&str, &str, [u16; 5])] = &[
    ("list_clients", "", [401, 403, 403, 403, 200]),
    ("create_client", "", [401, 403, 403, 403, 201]),
    ("update_client", "", [401, 403, 403, 403, 404]),
    ("rotate_client_secret", "", [401, 403, 403, 403, 404]),
    ("remove_client", "", [401, 403, 403, 403, 404]),
    ("list_applications", "", [401, 200, 200, 200, 200]),
    ("disconnect_application", "", [401, 404, 404, 404, 404]),
];
