use super::*;

fn document(path: &str, text: &str) -> Document {
    Document::read(&path.into(), text).expect("a document's path")
}

#[test]
fn yaml_streams_keep_lines_aliases_and_merges() {
    let text = "a: &x {b: 1}\nc:\n  <<: *x\n  d: [*x, 2]\n---\ne: f\n";
    let found = document("a.yml", text);
    assert_eq!(found.problem, None);
    let [first, second] = found.trees() else { panic!("{found:?}") };
    assert_eq!(first.text_at("c.b"), Some("1"));
    assert_eq!(first.at("c.d").map(|tree| tree.elements().len()), Some(2));
    assert_eq!(second.entry("e").map(|entry| entry.line), Some(6));
}

#[test]
fn yaml_that_grows_or_nests_without_bound_is_a_problem() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [&*alias; 9].join(", "));
    }
    let started = std::time::Instant::now();
    assert!(document("bomb.yml", &bomb).problem.is_some());
    assert!(document("deep.yml", &"[".repeat(10_000)).problem.is_some());
    assert!(document("appsettings.json", &"[{\"a\":".repeat(100_000)).problem.is_some());
    let marks = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n";
    assert!(document("merge.yml", marks).problem.is_some());
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn templates_are_read_around_what_is_put_in() {
    let text = "{{- if .Values.on }}\nkind: Service\nname: {{ .Values.name | quote }}\n{{- include \"labels\" . | nindent 4 }}\n\
        image: {{ .Values.image }}:{{ .Chart.Version }}\n{{- end }}\n";
    let found = document("templates/a.yaml", text);
    assert_eq!(found.problem, None);
    let tree = &found.trees()[0];
    assert_eq!(tree.text_at("name"), Some("${.Values.name}"));
    assert_eq!(tree.text_at("image"), Some("${.Values.image}:${.Chart.Version}"));
    assert_eq!(tree.entry("image").map(|entry| entry.line), Some(5));
}

#[test]
fn flat_files_containerfiles_and_servers() {
    let flat = document("a/application.properties", "# no\nserver.port = 80\nurl: http://x:1\nlong=a\\\n  b\nQ='x'\n");
    let flat = &flat.trees()[0];
    let values: Vec<_> = flat.entries().iter().map(|e| (&*e.key, e.value.text().unwrap(), e.line)).collect();
    assert_eq!(values, [("server.port", "80", 2), ("url", "http://x:1", 3), ("long", "ab", 4), ("Q", "x", 6)]);
    let file = document("Dockerfile", "FROM a:1 AS b\n# FROM c\nRUN x \\\n  # no\n  y\nCMD [\"d\", \"e\"]\n");
    let names: Vec<_> = file.instructions().iter().map(|i| (&*i.name, i.line)).collect();
    assert_eq!(names, [("FROM", 1), ("RUN", 3), ("CMD", 6)]);
    assert_eq!(file.instructions()[2].words(), ["d", "e"]);
    let nginx =
        document("x/default.conf.template", "location /a {\n  # no;\n  proxy_pass http://${HOST}:80/;\n}\nx \"a;b\";");
    let found: Vec<_> = nginx.directives().iter().map(|d| (&*d.name, &*d.arguments[0], d.line, d.depth)).collect();
    assert_eq!(found, [("location", "/a", 1, 0), ("proxy_pass", "http://${HOST}:80/", 3, 1), ("x", "a;b", 5, 0)]);
    let httpd = document("httpd/a.conf", "<IfModule x>\n  ProxyPass \"/a\" \"http://b:1\"\n</IfModule>\n");
    assert_eq!(httpd.directives()[1].arguments, ["/a", "http://b:1"]);
}
