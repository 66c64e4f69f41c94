use super::*;

const ENOUGH: [&str; 9] = [
    "serve",
    "--data",
    "d.sqlite",
    "--programme",
    "p.json",
    "--issuer",
    "http://127.0.0.1:8081",
    "--audience",
    "partner-support",
];

/// A settings file that goes when it is dropped.
struct Written(PathBuf);

impl Written {
    fn of(text: &str) -> Written {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("support-server-settings-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Written(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn read(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Command, Vec<String>> {
    let environment = environment
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    parse(arguments, environment).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn served(arguments: &[&str], environment: &[(&str, &str)]) -> Settings {
    match read(arguments, environment) {
        Ok(Command::Serve(settings)) => *settings,
        other => panic!("it should serve: {other:?}"),
    }
}

#[test]
fn flags_alone_are_enough() {
    let settings = served(&ENOUGH, &[]);
    assert_eq!(settings.store.url, StoreUrl::Sqlite("d.sqlite".into()));
    assert_eq!(
        settings.store.ids_key_file,
        PathBuf::from("d.sqlite.ids-key"),
        "beside the data"
    );
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.admin_listen, None);
    assert!(!settings.demo);
}

#[test]
fn a_server_that_signs_people_in_needs_a_secret_and_a_site_where_cookies_are_safe() {
    let with = |more: &[&str]| read(&[&ENOUGH[..], more].concat(), &[]);
    assert_eq!(served(&ENOUGH, &[]).sign_in, None);
    let faults = with(&["--sign-in-client-id", "desk"]).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("--sign-in-client-secret-file: is missing"));
    assert!(faults[1].starts_with("--sign-in-site: is missing"));
    for (flag, value) in [
        ("--sign-in-site", "http://desk.example"),
        ("--sign-in-site", "https://desk.example/support"),
        ("--sign-in-scope", "profile"),
        ("--sign-in-switch-prompt", "none"),
        ("--sign-in-hours", "0"),
    ] {
        let faults = with(&[flag, value]).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].starts_with(&format!("{flag} {value}: ")),
            "{faults:?}"
        );
    }
    let hours = ["--sign-in-hours", "12", "--sign-in-longest-hours"];
    let faults = with(&[&hours[..], &["11"]].concat()).unwrap_err();
    assert!(
        faults[0].starts_with("sign_in.longest_hours: "),
        "{faults:?}"
    );
    assert!(with(&[&hours[..], &["12"]].concat()).is_ok());
}

#[test]
fn a_flag_counts_before_the_environment_and_that_before_the_file() {
    let file = Written::of(
        "listen = \"127.0.0.1:1\"\nprogrammes = [\"file.json\"]\nallow_origins = [\"https://file.example\"]\n\
         [store]\ndata = \"file.sqlite\"\n[identity]\nissuer = \"https://file.example\"\naudience = \"file\"\n\
         [http]\nconnections = 7\n",
    );
    let settings = ["serve", "--settings", file.path()];
    let environment = [
        ("PARTNER_SUPPORT_LISTEN", "127.0.0.1:2"),
        ("PARTNER_SUPPORT_IDENTITY_AUDIENCE", "environment"),
        (
            "PARTNER_SUPPORT_ALLOW_ORIGINS",
            "https://a.example, https://b.example",
        ),
        ("DATABASE_URL", "sqlite:environment.sqlite"),
        ("PARTNER_SUPPORT_DRAIN_NOTICE", ""),
        ("HOME", "/"),
    ];
    let of_file = served(&settings, &[]);
    assert_eq!(of_file.listen.port(), 1);
    assert_eq!(of_file.identity.first(), ("https://file.example", "file"));
    assert_eq!(of_file.http.connections, 7);
    let both = served(&settings, &environment);
    assert_eq!(both.listen.port(), 2);
    assert_eq!(
        both.identity.first(),
        ("https://file.example", "environment")
    );
    assert_eq!(
        both.allow_origins,
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(
        both.store.url,
        StoreUrl::Sqlite("environment.sqlite".into())
    );
    let arguments = [
        &settings[..],
        &["--listen", "127.0.0.1:3", "--data=flag.sqlite"],
    ]
    .concat();
    let all = served(&arguments, &environment);
    assert_eq!(all.listen.port(), 3);
    assert_eq!(all.store.url, StoreUrl::Sqlite("flag.sqlite".into()));
    // The file may be named by the environment too.
    let named = served(&["serve"], &[("PARTNER_SUPPORT_SETTINGS", file.path())]);
    assert_eq!(named, of_file);
}

#[test]
fn every_fault_is_said_at_once_with_its_place_and_value() {
    let file = Written::of(
        "lisen = \"127.0.0.1:1\"\nprogrammes = \"p.json\"\n[http]\nconnections = 0\nbody_within = \"10\"\n\
         [limits]\nperson = \"fast\"\n[identity]\nissuer = \"http://login.example\"\n",
    );
    let faults = read(
        &[
            "serve",
            "--settings",
            file.path(),
            "--trusted-hops",
            "-1",
            "--pogramme",
            "x",
            "--allow-origin",
            "*",
        ],
        &[
            ("PARTNER_SUPPORT_LOG_LEVEL", "loud"),
            ("PARTNER_SUPPORT_LISTN", "x"),
            ("DATABASE_URL", "mysql://db"),
        ],
    )
    .unwrap_err();
    let path = file.path();
    for expected in [
        format!("{path}:1: lisen: is no setting of this program; did you mean listen?"),
        format!("{path}:2: programmes must be a list of texts"),
        format!("{path}:4: http.connections = 0: needs a whole number from 1 to 1000000"),
        format!("{path}:5: http.body_within = 10: needs a time"),
        format!("{path}:7: limits.person = fast: needs how many a minute"),
        "--trusted-hops -1: needs a whole number".to_owned(),
        "--pogramme: is no option of this program; did you mean --programme?".to_owned(),
        "--programme: is missing (or PARTNER_SUPPORT_PROGRAMMES, or programmes in the settings file)".to_owned(),
        "--allow-origin *: name one exact origin".to_owned(),
        "PARTNER_SUPPORT_LOG_LEVEL loud: must be error, warn".to_owned(),
        "PARTNER_SUPPORT_LISTN: is no variable of this program; did you mean PARTNER_SUPPORT_LISTEN?".to_owned(),
        "DATABASE_URL mysql://db: needs sqlite:FILE or postgres://".to_owned(),
        "--audience: is missing".to_owned(),
        format!("{path}:9: identity.issuer = http://login.example: tokens can be trusted"),
    ] {
        let said = faults.iter().filter(|fault| fault.starts_with(&expected)).count();
        assert_eq!(said, 1, "{expected}\n{faults:#?}");
    }
    assert_eq!(faults.len(), 14, "{faults:#?}");
}

#[test]
fn a_section_names_its_own_faults_with_their_line() {
    let faults = |identity: &str| {
        let text = format!("programmes = [\"p\"]\nstore.data = \"d\"\n[identity]\n{identity}");
        let faults = of_text(&text, short_file).unwrap_err();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let unknown = faults("audience = \"a\"\nissuer = \"https://a.example\"\nisuer = \"x\"\n");
    assert!(
        unknown.len() == 1 && unknown[0].starts_with("settings.toml:6: unknown field `isuer`"),
        "{unknown:?}"
    );
    let faulty = faults("issuer = \"http://login.example\"\naudience = \"\"\n");
    assert!(
        faulty.len() == 2
            && faulty[0]
                .starts_with("settings.toml:4: identity.issuer = http://login.example: tokens")
            && faulty[1] == "settings.toml:5: identity.audience = : must not be empty",
        "{faulty:?}"
    );
}

#[test]
fn what_the_programme_finds_wrong_with_the_issuers_is_said_with_its_line() {
    let text = "programmes = [\"p\"]\nstore.data = \"d\"\n[[identity.issuers]]\nissuer = \"https://a.example\"\n\
                audiences = [\"a\",\n  \"\"]\n";
    let settings = of_text(text, short_file).unwrap();
    let programme = include_bytes!("../../../../programmes/mpn-2021.json");
    let programme = entitlement_rules::Programme::read(programme).unwrap();
    let faults = settings.identity.check(&programme);
    let faults: Vec<String> = faults
        .iter()
        .map(|fault| settings.places.of("identity", fault).to_string())
        .collect();
    assert_eq!(
        faults,
        [
            "settings.toml:6: identity.issuers[0].audiences[1]: must not be empty or hold white space"
        ]
    );
    // The short form beside the list: which one counts?
    let file = Written::of(text);
    let both = [
        "serve",
        "--settings",
        file.path(),
        "--issuer",
        "https://b.example",
    ];
    let faults = read(&both, &[]).unwrap_err();
    assert!(
        faults.len() == 1 && faults[0].contains(":3: identity.issuers: lists issuers beside"),
        "{faults:?}"
    );
}

#[test]
fn a_file_that_is_no_toml_is_named_with_every_line_and_none_of_its_text() {
    let faults = of_text(
        "listen = 127.0.0.1\n[store]\nurl = \"postgres://u:hunter2@db\n",
        short_file,
    )
    .unwrap_err();
    assert!(
        faults.iter().any(|fault| fault.at == "settings.toml:1"),
        "{faults:?}"
    );
    assert!(
        faults.iter().any(|fault| fault.at == "settings.toml:3"),
        "{faults:?}"
    );
    assert!(!format!("{faults:?}").contains("hunter2"), "{faults:?}");
}

#[test]
fn the_stores_password_comes_from_a_file_and_is_shown_nowhere() {
    let url = "postgres://desk:hunter2@db.example/desk";
    let rest = [&ENOUGH[..1], &ENOUGH[3..]].concat();
    // Where others could read it it is refused, and not repeated.
    let file = Written::of(&format!("store.url = \"{url}\""));
    for (arguments, environment) in [
        (vec!["--store-url", url], vec![]),
        (vec![], vec![("DATABASE_URL", url)]),
        (vec!["--settings", file.path()], vec![]),
        (vec!["--sotre-url", url], vec![]),
        (vec!["--ids-key-file", "k", url], vec![]),
        (vec![], vec![("PARTNER_SUPPORT_STORE_PASSWORD", "hunter2")]),
    ] {
        let faults = read(&[&rest[..], &arguments].concat(), &environment).unwrap_err();
        assert!(!format!("{faults:?}").contains("hunter2"), "{faults:?}");
    }
    let secret = Written::of(&format!("{url}\n"));
    let environment = [("DATABASE_URL_FILE", secret.path())];
    let missing = read(&rest, &environment).unwrap_err();
    assert!(
        missing[0].starts_with("--ids-key-file: is missing"),
        "{missing:?}"
    );
    let with_key = [&rest[..], &["--ids-key-file", "k"]].concat();
    let settings = served(&with_key, &environment);
    assert_eq!(settings.store.url, StoreUrl::Postgres(url.to_owned()));
    assert!(!format!("{settings:?}").contains("hunter2"));
    let mut report = with_key.clone();
    report[0] = "settings";
    let Ok(Command::Settings(_, report)) = read(&report, &environment) else {
        panic!("it should say its settings")
    };
    assert!(!report.contains("hunter2"), "{report}");
    assert!(
        report.contains("# DATABASE_URL_FILE")
            && report.contains("listen = 127.0.0.1:8080    # default")
    );
    assert!(report.contains("identity.audience = partner-support    # --audience"));
}

#[test]
fn where_events_go_is_checked_with_everything_else_and_shown_with_its_line() {
    let secret = Written::of("hunter2");
    let handover = format!(
        "[handover]\ntarget = \"webhook\"\nat_once = 0\n[handover.webhook]\nurl = \"http://hooks.example\"\n\
         secrets_file = \"{}\"\n",
        secret.path()
    );
    let file = Written::of(&handover);
    let arguments = [
        &ENOUGH[..],
        &["--settings", file.path(), "--log-level", "loud"],
    ]
    .concat();
    let faults = read(&arguments, &[]).unwrap_err();
    let path = file.path();
    for place in [
        format!("{path}:3: handover.at_once: 0 is not within 1 to 64"),
        format!("{path}:5: handover.webhook.url: "),
        format!("{path}:6: handover.webhook.secrets_file: "),
        "--log-level loud: ".to_owned(),
    ] {
        assert!(
            faults.iter().any(|fault| fault.starts_with(&place)),
            "{place} {faults:#?}"
        );
    }
    assert!(!format!("{faults:?}").contains("hunter2"));
    let file =
        Written::of("[handover]\ntarget = \"none\"\nallow_private_targets = [\"rt.example\"]\n");
    let mut arguments = [&ENOUGH[..], &["--settings", file.path()]].concat();
    arguments[0] = "settings";
    let Ok(Command::Settings(_, report)) = read(&arguments, &[]) else {
        panic!("it should say its settings")
    };
    let line = format!(
        "handover.allow_private_targets[0] = rt.example    # {}:3\n",
        file.path()
    );
    assert!(report.contains(&line), "{report}");
}

#[test]
fn two_stores_at_once_are_one_too_many() {
    let faults = read(&[&ENOUGH[..], &["--store-url", "sqlite:e"]].concat(), &[]).unwrap_err();
    assert_eq!(faults, ["--data: names a second store beside --store-url"]);
}

#[test]
fn credentials_of_the_service_manager_are_found_by_their_names() {
    let folder =
        std::env::temp_dir().join(format!("support-server-credentials-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ids-key"), "k").unwrap();
    std::fs::write(
        folder.join("database-url"),
        "postgres://desk:hunter2@db/desk\n",
    )
    .unwrap();
    let rest = [&ENOUGH[..1], &ENOUGH[3..]].concat();
    let environment = [("CREDENTIALS_DIRECTORY", folder.to_str().unwrap())];
    let settings = served(&rest, &environment);
    assert_eq!(settings.store.ids_key_file, folder.join("ids-key"));
    assert!(matches!(settings.store.url, StoreUrl::Postgres(_)));
    // Whatever is said counts before them.
    let settings = served(&ENOUGH, &environment);
    assert_eq!(settings.store.url, StoreUrl::Sqlite("d.sqlite".into()));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_help_and_the_commands_are_there() {
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["settings", "--listen", "x", "--help"],
    ] {
        assert_eq!(read(arguments, &[]), Ok(Command::Help));
    }
    for key in keys::KEYS {
        assert!(help().contains(&format!("--{} ", key.flag)), "{}", key.flag);
    }
    assert!(read(&["--nonsense"], &[]).unwrap_err()[0].contains("serve"));
    assert_eq!(
        read(&["verdict"], &[]).unwrap_err(),
        ["verdict: --programme is missing"]
    );
    let missing = read(&["serve", "--settings", "/nowhere.toml"], &[]).unwrap_err();
    assert!(
        missing[0].starts_with("--settings: /nowhere.toml cannot be read"),
        "{missing:?}"
    );
}

#[test]
fn health_is_asked_where_the_server_listens_and_needs_no_other_setting() {
    let asked = read(&["healthy"], &[("PARTNER_SUPPORT_LISTEN", "0.0.0.0:81")]);
    assert_eq!(asked, Ok(Command::Healthy("0.0.0.0:81".parse().unwrap())));
    assert_eq!(
        read(&["healthy", "--listen", "x"], &[]).unwrap_err().len(),
        1
    );
}

#[test]
fn the_example_settings_can_be_used_and_the_unit_waits_until_they_have_drained() {
    let deploy = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
    let text = std::fs::read_to_string(format!("{deploy}/settings.toml")).unwrap();
    let example = of_text(&text, short_file).unwrap();
    assert!(example.admin_listen.is_some_and(|it| it.ip().is_loopback()));
    let unit = std::fs::read_to_string(format!("{deploy}/partner-support.service")).unwrap();
    let waits = unit
        .lines()
        .find_map(|line| line.strip_prefix("TimeoutStopSec="));
    let waits = values::time(Duration::ZERO)(waits.unwrap()).unwrap();
    assert!(waits > example.drain.notice + example.drain.within);
    for credential in ["ids-key", "database-url"] {
        assert!(
            unit.contains(&format!("LoadCredential={credential}:")),
            "{credential}"
        );
    }
    // What the container sets, with what its first lines say to add, is enough.
    let image = std::fs::read_to_string(format!("{deploy}/Containerfile")).unwrap();
    let variables: Vec<(&str, &str)> = image
        .split([' ', '\n'])
        .filter(|word| word.starts_with(keys::PREFIX))
        .filter_map(|word| word.split_once('='))
        .collect();
    assert_eq!(served(&["serve"], &variables).listen.port(), 8080);
}

#[test]
fn the_table_in_the_documentation_is_the_programs_own() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/running.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("| In the file |").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let right = format!("{before}{}\n{after}", table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        return std::fs::write(path, &right).unwrap();
    }
    assert!(page == right, "UPDATE_DOCS=1 writes the table anew");
}
