;; emacs --batch -Q -l emacs_driver.el CONFIGURATION FILE OUT - opens FILE with eglot and writes down what it saw as JSON.
;; The assertions are in test_emacs.py.
(require 'json)
;; -Q leaves out Debian's packages, of which eglot is one before Emacs 29.
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (push folder load-path))
(require 'eglot)
(require 'flymake)
(require 'python)

(defvar seen nil)
(defvar patience 60)

(defun observe (name look)
  (let ((value (condition-case failure (funcall look) (error (format "failed: %S" failure)))))
    (push (cons name (or value :json-false)) seen)))

(defun until (look)
  "Call LOOK until it returns something."
  (let ((deadline (+ (float-time) patience)) value)
    (while (and (not (setq value (funcall look))) (< (float-time) deadline))
      (accept-process-output nil 0.1))
    value))

(defun line-with (text)
  (save-excursion
    (goto-char (point-min))
    (when (search-forward text nil t)
      (buffer-substring-no-properties (line-beginning-position) (line-end-position)))))

(pcase-let ((`(,configuration ,file ,out) command-line-args-left))
  (setq command-line-args-left nil
        eglot-sync-connect 60
        eglot-connect-timeout 60
        eglot-confirm-server-initiated-edits nil)
  (load configuration nil t)
  (find-file file)
  (python-mode)
  (apply #'eglot (eglot--guess-contact))
  (observe "server" (lambda () (plist-get (eglot--server-info (eglot-current-server)) :name)))
  (observe "findings"
           (lambda ()
             (flymake-mode 1)
             (until (lambda ()
                      (flymake-start)
                      (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))))
  (observe "hover"
           (lambda ()
             (goto-char (point-min))
             (search-forward "net.buf")
             (let (said)
               (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text)))
               (substring-no-properties (until (lambda () said))))))
  (defun choose (place kind)
    (goto-char (point-min))
    (search-forward place)
    (backward-char 2)
    ;; A key, or eglot thinks of a mouse and opens a menu.
    (setq last-nonmenu-event ?x)
    (cl-letf (((symbol-function 'completing-read) (lambda (_prompt offered &rest _) (caar offered)))
              ((symbol-function 'y-or-n-p) (lambda (&rest _) t)))
      (eglot-code-actions (point) (point) kind t)))
  (observe "converted"
           (lambda ()
             (choose "nn.Conv2d" "refactor.rewrite.torchspore.call")
             (until (lambda () (line-with "has_bias=True")))))
  (observe "fixed"
           (lambda ()
             (choose "self.mask" "quickfix")
             (until (lambda () (line-with "        self.register_buffer(")))))
  (observe "file"
           (lambda ()
             (choose "net.buf" "source.convert.torchspore")
             (until (lambda () (line-with "nn.Cell")))))
  (ignore-errors (eglot-shutdown (eglot-current-server) nil 5))
  (with-temp-file out
    (insert (json-encode seen))))
