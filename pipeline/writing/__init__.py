"""Values to words and documents: every Chinese sentence stands here or in mail_templates/."""
