CREATE TABLE alarm_event (
	id INTEGER NOT NULL, 
	cause VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	open BOOLEAN NOT NULL, 
	what VARCHAR NOT NULL, 
	cure JSON NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	weight INTEGER NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE bulletin (
	snapshot_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	month VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	drawn_at VARCHAR(32) NOT NULL, 
	snapshot JSON NOT NULL, 
	PRIMARY KEY (snapshot_id)
);

CREATE TABLE config (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	digest VARCHAR NOT NULL, 
	settings JSON NOT NULL, 
	changes JSON NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE decision (
	id INTEGER NOT NULL, 
	report_id VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	"by" VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	unit VARCHAR, 
	period DATE NOT NULL, 
	completed INTEGER, 
	why VARCHAR NOT NULL, 
	supersedes VARCHAR NOT NULL, 
	timeliness VARCHAR, 
	holds JSON, also JSON, also_notes JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(report_id) REFERENCES report (id)
);

CREATE TABLE delivery (
	id INTEGER NOT NULL, 
	mail_id VARCHAR NOT NULL, 
	recipient VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mail_id) REFERENCES mail (message_id), 
	UNIQUE (mail_id, recipient)
);

CREATE TABLE delivery_event (
	id INTEGER NOT NULL, 
	delivery_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	state VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	code INTEGER NOT NULL, 
	text VARCHAR NOT NULL, 
	queue_id VARCHAR NOT NULL, 
	retry_at VARCHAR(32), 
	PRIMARY KEY (id), 
	FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);

CREATE TABLE examination (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	link VARCHAR NOT NULL, 
	entries INTEGER NOT NULL, 
	rows INTEGER NOT NULL, 
	files INTEGER NOT NULL, 
	damages JSON NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE extension (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	"by" VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	period DATE NOT NULL, 
	until VARCHAR(32), 
	why VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE fetch_failure (
	id INTEGER NOT NULL, 
	folder VARCHAR NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	uid INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	why VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE handling (
	sighting_id INTEGER NOT NULL, 
	message_id INTEGER, 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (sighting_id), 
	FOREIGN KEY(message_id) REFERENCES message (id), 
	FOREIGN KEY(sighting_id) REFERENCES sighting (id)
);

CREATE TABLE journal (
	seq INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	unit VARCHAR, 
	period DATE, 
	subject VARCHAR NOT NULL, 
	why VARCHAR NOT NULL, 
	table_name VARCHAR NOT NULL, 
	row_key VARCHAR NOT NULL, 
	row_digest VARCHAR NOT NULL, 
	previous VARCHAR NOT NULL, 
	link VARCHAR NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (previous)
);

CREATE TABLE lease (
	name VARCHAR NOT NULL, 
	holder VARCHAR NOT NULL, 
	until VARCHAR(32) NOT NULL, 
	PRIMARY KEY (name)
);

CREATE TABLE mail (
	message_id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	once_only BOOLEAN NOT NULL, 
	frozen_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (message_id)
);

CREATE TABLE message (
	id INTEGER NOT NULL, 
	identity VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	received_at VARCHAR(32) NOT NULL, 
	sender VARCHAR NOT NULL, 
	sender_name VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	quoted VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	reason VARCHAR, 
	unit VARCHAR, 
	period DATE, 
	files JSON NOT NULL, 
	readings JSON NOT NULL, 
	in_reply_to VARCHAR NOT NULL, 
	about VARCHAR NOT NULL, 
	recorded_at VARCHAR(32) NOT NULL, reply VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (identity)
);

CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);

CREATE TABLE notice (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	unit VARCHAR, 
	period DATE, 
	month VARCHAR, 
	message_key VARCHAR, 
	report_id VARCHAR, 
	"to" JSON NOT NULL, 
	cc JSON NOT NULL, 
	due_at VARCHAR(32) NOT NULL, 
	planned_at VARCHAR(32) NOT NULL, 
	mail_id VARCHAR, 
	drop_reason VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(mail_id) REFERENCES mail (message_id), 
	UNIQUE ("key")
);

CREATE TABLE pause (
	id INTEGER NOT NULL, 
	server VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	cause VARCHAR NOT NULL, 
	until VARCHAR(32) NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	times INTEGER NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE poll (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	whole BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE removal (
	id INTEGER NOT NULL, 
	what VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	why VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE renumbering (
	id INTEGER NOT NULL, 
	folder VARCHAR NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE report (
	sequence INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	message_key VARCHAR NOT NULL, 
	received_at VARCHAR(32) NOT NULL, 
	added INTEGER, 
	timeliness VARCHAR NOT NULL, 
	notes JSON NOT NULL, 
	holds JSON NOT NULL, 
	measures JSON NOT NULL, 
	files JSON NOT NULL, 
	form JSON, 
	PRIMARY KEY (sequence), 
	UNIQUE (id)
);

CREATE TABLE reread_mail (
	id INTEGER NOT NULL, 
	identity VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	outcome VARCHAR NOT NULL, 
	reason VARCHAR, 
	unit VARCHAR, 
	period DATE, 
	files JSON NOT NULL, 
	readings JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(identity) REFERENCES message (identity)
);

CREATE TABLE reread_report (
	id INTEGER NOT NULL, 
	report_id VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	added INTEGER, 
	timeliness VARCHAR NOT NULL, 
	notes JSON NOT NULL, 
	holds JSON NOT NULL, 
	measures JSON NOT NULL, 
	files JSON NOT NULL, 
	form JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(report_id) REFERENCES report (id)
);

CREATE TABLE round (
	"key" VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY ("key")
);

CREATE TABLE sighting (
	id INTEGER NOT NULL, 
	folder VARCHAR NOT NULL, 
	uidvalidity INTEGER NOT NULL, 
	uid INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	received_at VARCHAR(32) NOT NULL, 
	size INTEGER NOT NULL, 
	too_big BOOLEAN NOT NULL, 
	kept_at VARCHAR(32) NOT NULL, shared_with JSON, contested BOOLEAN, 
	PRIMARY KEY (id), 
	UNIQUE (folder, uidvalidity, uid)
);

CREATE TABLE talk (
	id INTEGER NOT NULL, 
	month VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	reasons JSON NOT NULL, 
	rules JSON NOT NULL, 
	proposed_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (month, unit)
);

CREATE TABLE talk_event (
	id INTEGER NOT NULL, 
	month VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	"by" VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	held_on DATE, 
	message_key VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_alarm_event_cause ON alarm_event (cause);

CREATE INDEX ix_attempt_key ON attempt ("key");

CREATE INDEX ix_bulletin_month ON bulletin (month);

CREATE INDEX ix_decision_newest ON decision (report_id, id);

CREATE INDEX ix_decision_report_id ON decision (report_id);

CREATE INDEX ix_decision_standing ON decision (unit, period);

CREATE INDEX ix_delivery_event_delivery_id ON delivery_event (delivery_id);

CREATE INDEX ix_delivery_event_state ON delivery_event (state, id);

CREATE INDEX ix_delivery_event_verdict ON delivery_event (verdict);

CREATE INDEX ix_delivery_mail_id ON delivery (mail_id);

CREATE INDEX ix_fetch_failure_folder ON fetch_failure (folder, uidvalidity, uid);

CREATE INDEX ix_journal_row ON journal (table_name, row_key);

CREATE INDEX ix_message_fingerprint ON message (fingerprint);

CREATE INDEX ix_message_key ON message ("key");

CREATE INDEX ix_message_message_id ON message (message_id);

CREATE INDEX ix_message_sender ON message (sender, received_at);

CREATE INDEX ix_notice_mail_id ON notice (mail_id);

CREATE INDEX ix_pause_server ON pause (server);

CREATE INDEX ix_poll_at ON poll (at);

CREATE INDEX ix_removal_name ON removal (name);

CREATE INDEX ix_removal_what ON removal (what, id);

CREATE INDEX ix_report_message_key ON report (message_key);

CREATE INDEX ix_reread_mail_identity ON reread_mail (identity);

CREATE INDEX ix_reread_report_report_id ON reread_report (report_id);

CREATE INDEX ix_sighting_key ON sighting ("key");

CREATE TRIGGER alarm_event_no_delete BEFORE DELETE ON alarm_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER alarm_event_no_update BEFORE UPDATE ON alarm_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER attempt_no_update BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER bulletin_no_delete BEFORE DELETE ON bulletin BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER bulletin_no_update BEFORE UPDATE ON bulletin BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER config_no_delete BEFORE DELETE ON config BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER config_no_update BEFORE UPDATE ON config BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER delivery_event_no_delete BEFORE DELETE ON delivery_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER delivery_event_no_update BEFORE UPDATE ON delivery_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER delivery_no_delete BEFORE DELETE ON delivery BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER delivery_no_update BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER examination_no_delete BEFORE DELETE ON examination BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER examination_no_update BEFORE UPDATE ON examination BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER extension_no_delete BEFORE DELETE ON extension BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER extension_no_update BEFORE UPDATE ON extension BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER fetch_failure_no_delete BEFORE DELETE ON fetch_failure BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER fetch_failure_no_update BEFORE UPDATE ON fetch_failure BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER handling_no_delete BEFORE DELETE ON handling BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER handling_no_update BEFORE UPDATE ON handling BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER mail_no_delete BEFORE DELETE ON mail BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER mail_no_update BEFORE UPDATE ON mail BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER message_no_delete BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER message_no_update BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER notice_no_update BEFORE UPDATE ON notice BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER pause_no_delete BEFORE DELETE ON pause BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER pause_no_update BEFORE UPDATE ON pause BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER poll_no_delete BEFORE DELETE ON poll BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER poll_no_update BEFORE UPDATE ON poll BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER removal_no_delete BEFORE DELETE ON removal BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER removal_no_update BEFORE UPDATE ON removal BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER renumbering_no_delete BEFORE DELETE ON renumbering BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER renumbering_no_update BEFORE UPDATE ON renumbering BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER report_no_delete BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER report_no_update BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER reread_mail_no_delete BEFORE DELETE ON reread_mail BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER reread_mail_no_update BEFORE UPDATE ON reread_mail BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER reread_report_no_delete BEFORE DELETE ON reread_report BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER reread_report_no_update BEFORE UPDATE ON reread_report BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER round_no_delete BEFORE DELETE ON round BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER round_no_update BEFORE UPDATE ON round BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER sighting_no_delete BEFORE DELETE ON sighting BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER sighting_no_update BEFORE UPDATE ON sighting BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER talk_event_no_delete BEFORE DELETE ON talk_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER talk_event_no_update BEFORE UPDATE ON talk_event BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER talk_no_delete BEFORE DELETE ON talk BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

CREATE TRIGGER talk_no_update BEFORE UPDATE ON talk BEGIN SELECT RAISE(ABORT, '台账只能追加，不能修改或删除'); END;

INSERT INTO alembic_version VALUES ('0007');
